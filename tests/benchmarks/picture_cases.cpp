// Pictures in files: what decoding costs, and what it costs beside training.
#include <fmt/core.h>
#include <turbojpeg.h>

#include <memory>

#include "07_training/run/batches_ahead.h"
#include "07_training/run/parallel_step.h"
#include "common/files/files.h"
#include "common/files/resize.h"
#include "common/tensor/parallel.h"
#include "tests/benchmarks/cases.h"

namespace vit {
namespace {

constexpr std::size_t batch = 64, steps = 4, count = batch * steps;
constexpr std::size_t side = 64;                            // of the images that the model gets, in pixels
constexpr std::size_t file_height = 384, file_width = 512;  // of the photographs

/// Something like a photograph: soft shapes with some grain.
Picture photograph(Rng& rng) {
    Picture shapes{12, 16, {}};
    for (std::size_t i = 0; i < 12 * 16 * 3; ++i) shapes.pixels.push_back(byte_of(255 * rng.uniform()));
    Picture picture = resize_and_crop(shapes, file_height, file_width);
    for (std::uint8_t& value : picture.pixels) value = byte_of(value + 8 * rng.normal());
    return picture;
}

std::string jpeg_of(const Picture& picture) {
    const std::unique_ptr<void, int (*)(tjhandle)> compressor(tjInitCompress(), tjDestroy);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    tjCompress2(compressor.get(), picture.pixels.data(), static_cast<int>(picture.width), 0,
                static_cast<int>(picture.height), TJPF_RGB, &bytes, &size, TJSAMP_420, 90, 0);
    std::string file(reinterpret_cast<const char*>(bytes), size);
    tjFree(bytes);
    return file;
}

/// Photographs in a folder of their own, for as long as the benchmark program runs.
const ImageSet& photographs() {
    static const TemporaryFolder folder;
    static const ImageSet set = [] {
        Rng rng(1);
        ImageSet made{count, 3, side, side};
        for (std::size_t i = 0; i < count; ++i) {
            made.files.push_back(folder.file(fmt::format("IMG_{:04}.jpg", i)));
            made.labels.push_back(static_cast<std::uint8_t>(i % 2));
            write_file(made.files.back(), jpeg_of(photograph(rng)));
        }
        return made;
    }();
    return set;
}

struct Run {
    Training training;
    std::vector<Worker> workers;
};

std::shared_ptr<Run> make_run(const ImageSet& set, const VitConfig& model, std::size_t cores) {
    auto run = std::make_shared<Run>();
    Training& t = run->training;
    t.config.batch = batch;
    t.config.threads = cores;
    t.train = set;
    t.normalisation = {{0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}};
    t.model = make_vit(model);
    Rng rng(1);
    initialise(t.model, rng);
    t.optimiser.adamw = make_adamw({}, named_parameters(t.model));
    t.optimiser.schedule.after_warmup = AfterWarmup::constant;
    run->workers = make_workers(model, cores);
    return run;
}

/// An epoch of four steps.
void train_epoch(Run& run) {
    Training& t = run.training;
    const std::size_t end = t.step() + steps;
    BatchesAhead batches(t, end);
    while (t.step() < end) parallel_step(t.model, batches.take(), t.optimiser, run.workers);
}

}  // namespace

std::vector<Case> picture_cases(std::size_t cores) {
    std::vector<Case> cases;
    const auto add = [&](const std::string& name, std::size_t threads,
                         const std::function<std::function<void()>()>& prepare) {
        cases.push_back({"pictures", name, threads, 0, 0, "", prepare, count});
    };
    add(fmt::format("JPEG of {} x {} to {} x {}", file_width, file_height, side, side), cores,
        [] { return [] { in_memory(photographs()); }; });
    for (const auto& [name, width, depth] : {std::tuple("D 64, 2 blocks", 64u, 2u), {"D 192, 6 blocks", 192u, 6u}}) {
        const VitConfig model{.image_height = side,
                              .image_width = side,
                              .patch_size = 8,
                              .width = width,
                              .depth = depth,
                              .heads = width / 32,
                              .hidden = 2 * width,
                              .classes = 2};
        for (const bool from_files : {false, true}) {
            add(fmt::format("train {}, {}", name, from_files ? "decoded beside it" : "from memory"), cores,
                [model, cores, from_files] {
                    const auto run = make_run(from_files ? photographs() : in_memory(photographs()), model, cores);
                    return [run] { train_epoch(*run); };
                });
        }
    }
    return cases;
}

}  // namespace vit
