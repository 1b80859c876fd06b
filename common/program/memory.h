// How the process keeps its memory, and how much it may take.
#pragma once

namespace vit {

/// Lets freed blocks stay with the process, so that the tensors of a training step land in the memory of the step
/// before. Call it once, before the first large tensor. Does nothing where the C library has no such setting.
void keep_freed_memory();

/// Lets an allocation fail, with std::bad_alloc, that this machine or the process's control group cannot give: more
/// than is available now. Linux would grant it, and kill the process when it writes there. Does nothing elsewhere.
void limit_memory();

}  // namespace vit
