#include "common/files/exif.h"

#include <libexif/exif-data.h>

#include <memory>

namespace vit {

int exif_orientation(const std::string& data) {
    const std::unique_ptr<ExifData, void (*)(ExifData*)> exif(
        exif_data_new_from_data(reinterpret_cast<const unsigned char*>(data.data()),
                                static_cast<unsigned>(data.size())),
        &exif_data_unref);
    if (!exif) return 1;
    const ExifEntry* entry = exif_data_get_entry(exif.get(), EXIF_TAG_ORIENTATION);
    if (!entry || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
    const int orientation = exif_get_short(entry->data, exif_data_get_byte_order(exif.get()));
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

}  // namespace vit
