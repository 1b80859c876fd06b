// A batch of CIFAR-10, for training and for the test.
#include "common/files/cifar.h"

#include "common/files/files.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vit;
    static const TemporaryFolder folder;
    for (const char* name : {"data_batch_1.bin", "test_batch.bin"})
        write_input(folder.file(name), input_of(data, size));
    reads(folder.file(""), [&] {
        const DataSet set = load_cifar_data(folder.file(""));
        require(set.train.pixels.size() == set.train.count * 3 * 32 * 32, "other pixels than images");
        require(set.train.labels.size() == set.train.count, "other labels than images");
        for (const std::uint8_t label : set.train.labels)
            require(label < set.class_names.size(), "a label without a class");
    });
    return 0;
}
