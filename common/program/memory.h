// How the process keeps its memory.
#pragma once

namespace vit {

/// Lets freed blocks stay with the process, so that the tensors of a training step land in the memory of the step
/// before. Call it once, before the first large tensor. Does nothing where the C library has no such setting.
void keep_freed_memory();

}  // namespace vit
