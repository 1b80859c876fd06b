#include "08_pretrained/library_defaults.h"

#include "07_training/weight_file.h"

namespace vit {

double eps_of(Dialect dialect) {
    switch (dialect) {
        case Dialect::hugging_face:
            return 1e-12;
        case Dialect::vit_pytorch:
            return 1e-5;
        default:
            return 1e-6;
    }
}

PositionResize usual_resize(Dialect dialect) {
    switch (dialect) {
        case Dialect::torchvision:
            return PositionResize::bicubic_align_corners;
        case Dialect::hugging_face:
            return PositionResize::bicubic;
        default:
            return PositionResize::bicubic_antialias;
    }
}

Preprocessing usual_preprocessing(const Safetensors& file) {
    Preprocessing preprocessing =
        preprocessing_preset(dialect_words[static_cast<std::size_t>(recognise(file).dialect)]);
    if (!file.metadata.contains("normalisation.mean")) return preprocessing;
    preprocessing.crop_fraction = 1;
    preprocessing.interpolation = Interpolation::bicubic;
    read_text({option("normalisation.mean", preprocessing.mean, ""),
               option("normalisation.standard_deviation", preprocessing.standard_deviation, "")},
              file.metadata, file.path);
    check_normalisation(file.path, {preprocessing.mean, preprocessing.standard_deviation}, preprocessing.mean.size());
    return preprocessing;
}

}  // namespace vit
