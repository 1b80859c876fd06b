// metrics.csv: the table of epochs for other programs, and for a run that goes on.
#pragma once

#include <string>
#include <vector>

#include "07_training/run/training.h"

namespace vit {

/// Writes one line for each epoch; precision, recall and F1 are macro averages (their micro averages are the accuracy).
/// Cells of what was not measured are empty.
void write_metrics(const std::string& path, const std::vector<Epoch>& epochs);

/// Reads it again, to the last bit. Throws std::runtime_error that names the file, the line and the column.
std::vector<Epoch> read_metrics(const std::string& path);

}  // namespace vit
