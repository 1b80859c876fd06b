#include "07_training/run/train.h"

#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include "07_training/evaluate.h"
#include "07_training/run/metrics_file.h"
#include "07_training/run/run_files.h"
#include "common/files/idx.h"
#include "common/files/image.h"
#include "tests/07_training/small_run.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

/// metrics.csv without its last column, the seconds.
std::string metrics_of(const std::string& folder) {
    std::istringstream text(read_file(folder + "/metrics.csv"));
    std::string kept;
    for (std::string line; std::getline(text, line);) kept += line.substr(0, line.rfind(',')) + "\n";
    return kept;
}

// Whole model files are compared in double brackets, so that a failed CHECK does not print their bytes.

/// Weights, optimiser and metrics of two runs must be the same to the bit.
void check_same(Training& a, const std::string& folder_a, Training& b, const std::string& folder_b) {
    const Parameters first = named_parameters(a.model), second = named_parameters(b.model);
    CHECK(same(first, second));
    CHECK(same(named_parameters(a.optimiser.adamw, first), named_parameters(b.optimiser.adamw, second)));
    CHECK(a.step() == b.step());
    CHECK(metrics_of(folder_a) == metrics_of(folder_b));
    const Safetensors best_a = load_safetensors(folder_a + "/best.safetensors"),
                      best_b = load_safetensors(folder_b + "/best.safetensors");
    CHECK(best_a.metadata == best_b.metadata);
    for (const StoredTensor& tensor : best_a.tensors) {
        INFO(tensor.name);
        CHECK(compare(numbers(tensor), numbers(best_b.at(tensor.name)), "", 0));
    }
}

/// A run that is stopped after each of these numbers of steps, and resumed from its folder.
Training resumed_run(const std::vector<std::size_t>& stops, const std::string& folder) {
    {
        Training training = start_training(small_config(), small_model());
        CHECK(!go_on(training, folder, stops.front()));
        CHECK(training.step() == stops.front());
    }
    for (std::size_t i = 1; i < stops.size(); ++i) {
        Training training = resume_training(RunFolder(folder));
        CHECK(training.step() == stops[i - 1]);
        CHECK(!go_on(training, folder, stops[i] - stops[i - 1]));
        CHECK(training.step() == stops[i]);
    }
    Training training = resume_training(RunFolder(folder));
    CHECK(go_on(training, folder));
    return training;
}

}  // namespace

TEST_CASE("a run that was stopped and resumed ends with the same bits as one that was not") {
    // Five steps make an epoch: stopped in the middle of the first, at its end, in the middle again, after every step.
    const TemporaryFolder folder;
    const std::string whole_folder = folder.file("whole"), parts_folder = folder.file("parts");
    Training whole = whole_run(small_config(), whole_folder);
    CHECK(whole.steps_per_epoch() == 5);
    CHECK(whole.step() == 20);
    CHECK(whole.finished());
    for (const std::vector<std::size_t>& stops :
         {std::vector<std::size_t>{3}, {5}, {5, 10, 15}, {1, 2, 3, 4, 5, 6, 7, 12, 13, 19}}) {
        INFO(stops.size(), " stops, the first after step ", stops.front());
        Training parts = resumed_run(stops, parts_folder);
        check_same(whole, whole_folder, parts, parts_folder);
        REQUIRE(parts.epochs.size() == 4);
        for (const Epoch& epoch : parts.epochs) {
            CHECK(epoch.train.count == 144);
            CHECK(epoch.validation.count == 1293);
            CHECK(epoch.seconds > 0);
        }
    }
}

TEST_CASE("a run that was killed while it validated an epoch does so when it goes on") {
    const TemporaryFolder folder;
    Training whole = whole_run(small_config(), folder.file("whole"));
    Training killed = start_training(small_config(), small_model());
    go_on(killed, folder.file("killed"), 10);
    killed.epoch_so_far = killed.epochs.back().train;  // as it is saved between the last step and the validation
    killed.seconds_so_far = killed.epochs.back().seconds;
    save_state(folder.file("killed/last.safetensors"), killed);
    for (const std::size_t written :
         {std::size_t{1}, std::size_t{2}}) {  // before the epoch's line was written, and after
        INFO(written, " lines");
        write_metrics(folder.file("killed/metrics.csv"),
                      {killed.epochs.begin(), killed.epochs.begin() + static_cast<std::ptrdiff_t>(written)});
        fs::copy(folder.file("killed"), folder.file("again"),
                 fs::copy_options::recursive | fs::copy_options::overwrite_existing);
        Training again = resume_training(RunFolder(folder.file("again")));
        CHECK(again.epochs.size() == 1);
        CHECK(go_on(again, folder.file("again")));
        check_same(whole, folder.file("whole"), again, folder.file("again"));
    }
}

TEST_CASE("validation images of the data set's own are not taken from those to train on") {
    const TemporaryFolder folder;
    for (const char* file : {"train/a/1", "train/a/2", "train/b/3", "train/b/4", "val/a/5", "val/b/6", "test/b/7"})
        write_image(folder.file(fmt::format("{}.png", file)), Tensor<3>(xt::zeros<Scalar>({1, 8, 8})));
    TrainConfig config = small_config();
    config.data = folder.file("");
    config.image_height = config.image_width = 8;
    Training t = start_training(config, small_model());
    CHECK(t.train.count == 4);
    CHECK(t.validation.count == 2);
    CHECK(t.test.count == 1);
    CHECK(t.data_notes.empty());
    config.validation = 0;
    t = start_training(config, small_model());
    CHECK(t.train.count == 4);
    CHECK(t.validation.count == 0);
    CHECK(t.data_notes == std::vector<std::string>{"its validation images are not used: --validation 0"});

    config.validation = 0.75;  // of those to train on, as there are no others
    std::filesystem::remove_all(folder.file("val"));
    t = start_training(config, small_model());
    CHECK(t.train.count == 1);
    CHECK(t.validation.count == 3);
    CHECK(t.data_notes.size() == 1);
    CHECK(t.data_notes[0].starts_with("no training image shows "));
}

TEST_CASE("data that were put elsewhere are found again, if they are the same") {
    const TemporaryFolder folder;
    Training stopped = start_training(small_config(), small_model());
    go_on(stopped, folder.file("run"), 3);
    fs::copy(small_config().data, folder.file("moved"));
    const Training resumed = resume_training(RunFolder(folder.file("run")), folder.file("moved"));
    CHECK(resumed.config.data == folder.file("moved"));
    CHECK(resumed.step() == 3);
    std::string labels = read_file(folder.file("moved/t10k-labels-idx1-ubyte"));
    labels.back() = static_cast<char>((labels.back() + 1) % 10);
    write_file(folder.file("moved/t10k-labels-idx1-ubyte"), labels);
    CHECK(error_of<std::runtime_error>([&] {
              resume_training(RunFolder(folder.file("run")), folder.file("moved"));
          }).ends_with("the run began with other data than there are in " + folder.file("moved") + " now"));
    fs::remove_all(folder.file("moved"));
    fs::copy(small_config().data, folder.file("moved"));
    write_file(folder.file("moved/classes.txt"), "1\n0\n2\n3\n4\n5\n6\n7\n8\n9\n");
    CHECK(error_of<std::runtime_error>([&] { resume_training(RunFolder(folder.file("run")), folder.file("moved")); })
              .ends_with("the run began with the classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; those of " +
                         folder.file("moved") + " are 1, 0, 2, 3, 4, 5, 6, 7, 8, 9 now"));
}

TEST_CASE("the same seed and number of threads give the same bits, another seed gives others") {
    const TemporaryFolder folder;
    TrainConfig config = small_config();
    config.epochs = 2;
    Training first = whole_run(config, folder.file("first")), second = whole_run(config, folder.file("second"));
    check_same(first, folder.file("first"), second, folder.file("second"));

    config.seed = 4;
    Training other = whole_run(config, folder.file("other"));
    CHECK_FALSE(same(named_parameters(first.model), named_parameters(other.model)));
    CHECK(metrics_of(folder.file("first")) != metrics_of(folder.file("other")));
}

TEST_CASE("a resumed run that was finished changes nothing") {
    const TemporaryFolder folder;
    TrainConfig config = small_config();
    config.epochs = 1;
    whole_run(config, folder.file("run"));
    const std::string metrics = read_file(folder.file("run/metrics.csv")),
                      state = read_file(folder.file("run/last.safetensors"));
    Training again = resume_training(RunFolder(folder.file("run")));
    CHECK(go_on(again, folder.file("run")));
    CHECK(read_file(folder.file("run/metrics.csv")) == metrics);
    CHECK((read_file(folder.file("run/last.safetensors")) == state));
}

TEST_CASE("the table, metrics.csv and the epochs in memory tell the same; a resumed run prints the whole table") {
    const TemporaryFolder folder;
    std::string printed;
    TrainConfig config = small_config();
    config.epochs = 2;
    Training training = start_training(config, small_model());
    {
        const Quiet quiet;
        continue_training(training, opened(folder.file("run")), 6);
        printed = quiet.printed();
    }
    CHECK(printed == epoch_header() + epoch_line(training.epochs.at(0)));
    Training resumed = resume_training(RunFolder(folder.file("run")));
    {
        const Quiet quiet;
        continue_training(resumed, opened(folder.file("run")));
        printed = quiet.printed();
    }
    CHECK(printed == epoch_header() + epoch_line(training.epochs.at(0)) + epoch_line(resumed.epochs.at(1)));
    const std::vector<Epoch> stored = read_metrics(folder.file("run/metrics.csv"));
    REQUIRE(stored.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(epoch_line(stored[i]) == epoch_line(resumed.epochs.at(i)));
        CHECK(stored[i].learning_rate == learning_rate_at(resumed.optimiser.schedule, 5 * (i + 1) - 1));
    }
}

TEST_CASE("every epoch has an order, changes and dropped numbers of its own") {
    // A learning rate of 0 leaves the weights as they are: losses then differ only where the images or what is dropped
    // do.
    const TemporaryFolder folder;
    struct Sums {
        double first_step, second_epochs_first_step, epoch, second_epoch;
    };
    const auto losses = [&](const Augmentation& change, double dropout, bool all_alike) {
        TrainConfig config = small_config();
        config.learning_rate = 0;
        config.augmentation = change;
        VitConfig model = small_model();
        model.embedding_dropout = model.attention_dropout = model.projection_dropout = 0;
        model.mlp_dropout = dropout;
        Training t = start_training(config, model);
        Rng rng(1);
        fill_random(named_parameters(t.model), rng);
        if (all_alike) t.train = subset(t.train, std::vector<std::size_t>(t.train.count, 7));
        go_on(t, folder.file("run"), 1);
        const double first = t.epoch_so_far.loss_sum;
        go_on(t, folder.file("run"), 5);
        const double second = t.epoch_so_far.loss_sum;
        go_on(t, folder.file("run"), 4);
        return Sums{first, second, t.epochs.at(0).train.loss_sum, t.epochs.at(1).train.loss_sum};
    };
    const auto same = [](double a, double b) { return std::abs(a - b) <= 1e-10 * std::abs(a); };
    const Sums order = losses({}, 0, false);
    CHECK_FALSE(same(order.first_step, order.second_epochs_first_step));
    CHECK(same(order.epoch, order.second_epoch));  // each image once
    const Sums changes = losses({.shift = 1}, 0, false);
    CHECK_FALSE(same(changes.epoch, changes.second_epoch));
    const Sums drops = losses({}, 0.2, true);
    CHECK_FALSE(same(drops.first_step, drops.second_epochs_first_step));
}

TEST_CASE("best.safetensors is the model of the best epoch so far, also in a run that goes on after each epoch") {
    const TemporaryFolder folder;
    TrainConfig config = small_config();
    config.learning_rate = 0.03;
    Rng rng(1);
    std::vector<std::string> weights;       // after each epoch
    std::pair<double, double> best{-1, 0};  // accuracy and -loss
    std::size_t best_so_far = 0;
    for (std::size_t epoch = 0; epoch < config.epochs; ++epoch) {
        Training training =
            epoch == 0 ? start_training(config, small_model()) : resume_training(RunFolder(folder.file("run")));
        if (epoch + 1 == config.epochs) fill_random(named_parameters(training.model), rng);  // all is forgotten
        go_on(training, folder.file("run"), training.steps_per_epoch());
        save_model(folder.file("now"), training);
        weights.push_back(read_file(folder.file("now")));
        const Score& score = training.epochs.at(epoch).validation;
        if (const std::pair found{score.accuracy(), -score.loss()}; found > best) {
            best = found;
            best_so_far = epoch;
        }
        CHECK((read_file(folder.file("run/best.safetensors")) == weights[best_so_far]));
    }
    CHECK(best_so_far + 1 < config.epochs);  // or the last epoch would do as well
    const Training training = resume_training(RunFolder(folder.file("run")));
    const TrainedModel trained = load_model(folder.file("run/best.safetensors"));
    CHECK(evaluate(trained.model, training.validation, trained.normalisation).score.accuracy() == best.first);
}

TEST_CASE("without validation images the newest model counts as the best") {
    const TemporaryFolder folder;
    TrainConfig config = small_config();
    config.validation = 0;
    config.batch = 512;
    config.epochs = 2;
    Training training = whole_run(config, folder.file("run"));
    CHECK(training.train.count == 1437);
    CHECK(training.epochs.back().validation.count == 0);
    save_model(folder.file("now"), training);
    CHECK((read_file(folder.file("run/best.safetensors")) == read_file(folder.file("now"))));
    CHECK(read_metrics(folder.file("run/metrics.csv")).size() == 2);
}

TEST_CASE("training and validation images share out the training set; the split is the seed's") {
    const auto pictures = [](const ImageSet& set) {
        std::multiset<std::string> all;
        for (std::size_t i = 0; i < set.count; ++i) {
            const auto first = set.pixels.begin() + static_cast<std::ptrdiff_t>(64 * i);
            std::string bytes(first, first + 64);
            bytes.push_back(static_cast<char>(set.labels[i]));
            all.insert(bytes);
        }
        return all;
    };
    TrainConfig config = small_config();
    config.validation = 0.1;
    const Training training = start_training(config, small_model()), again = start_training(config, small_model());
    CHECK(training.train.count == 1294);
    CHECK(training.validation.count == 143);
    CHECK(training.test.count == 360);
    std::multiset<std::string> both = pictures(training.train);
    both.merge(pictures(training.validation));
    CHECK(both == pictures(load_idx_data(config.data).train));
    CHECK(training.train.pixels == again.train.pixels);
    const std::set<std::uint8_t> classes(training.validation.labels.begin(), training.validation.labels.end());
    CHECK(classes.size() == 10);  // a random share, not the first ones

    config.seed = 4;
    CHECK(start_training(config, small_model()).train.pixels != training.train.pixels);
    const Normalisation n = measure_normalisation(training.train);
    CHECK(training.normalisation.mean == n.mean);
    CHECK(training.normalisation.standard_deviation == n.standard_deviation);
}

TEST_CASE("a run leaves its five files and nothing else") {
    const TemporaryFolder folder;
    TrainConfig config = small_config();
    config.epochs = 2;
    whole_run(config, folder.file("run"));
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.file("run"))) names.insert(entry.path().filename().string());
    std::set<std::string> expected{"best.safetensors", "config.json", "last.safetensors", "metrics.csv"};
    if (std::system("command -v gnuplot >/dev/null") == 0) {
        expected.insert("curves.svg");
        const std::string picture = read_file(folder.file("run/curves.svg"));
        for (const char* word : {"<svg", "</svg>", "training", "validation", "accuracy", "loss", "epoch"}) {
            INFO(word);
            CHECK(picture.find(word) != std::string::npos);
        }
    }
    CHECK(names == expected);
}

TEST_CASE("a tiny model learns: the loss starts at ln 10 and falls") {
    const TemporaryFolder folder;
    TrainConfig config = small_config();
    config.validation = 0.1;
    config.learning_rate = 1e-2;
    config.augmentation = {};
    VitConfig model = small_model();
    model.embedding_dropout = model.attention_dropout = model.projection_dropout = model.mlp_dropout = 0;
    Training training = start_training(config, model);
    const Score before = evaluate(training.model, training.validation, training.normalisation).score;
    CHECK(before.loss() == doctest::Approx(std::log(10.0)).epsilon(1e-12).scale(0));
    go_on(training, folder.file("run"));
    CHECK(training.epochs.back().train.loss() < training.epochs.front().train.loss());
    CHECK(evaluate(training.model, training.test, training.normalisation).score.accuracy() > 0.7);
}

TEST_CASE("weight decay of 0.3 inside the gradient unlearns the digits; beside it, the same decay does not hurt") {
    // What the most-read ViT tutorial trains with: Adam divides the decay by the size of the gradients, so that it
    // pulls the harder the smaller those are. The model ends with two or three answers for all ten digits.
    const TemporaryFolder folder;
    const auto trained = [&](WeightDecay kind) {
        const TrainConfig config{.data = DATA_FILES "/digits",
                                 .epochs = 15,
                                 .learning_rate = 1e-2,
                                 .warmup_epochs = 1,
                                 .adamw = {.weight_decay = 0.3, .kind = kind},
                                 .threads = 2};
        Training training =
            start_training(config, {.patch_size = 4, .width = 16, .depth = 1, .heads = 2, .hidden = 32});
        go_on(training, folder.file(kind == WeightDecay::coupled ? "coupled" : "decoupled"));
        return training;
    };
    const auto test_accuracy = [](const Training& t) {
        return evaluate(t.model, t.test, t.normalisation).score.accuracy();
    };
    const Training decoupled = trained(WeightDecay::decoupled), coupled = trained(WeightDecay::coupled);
    CHECK(test_accuracy(decoupled) > 0.85);
    CHECK(test_accuracy(coupled) < 0.5);
    CHECK(coupled.epochs.back().train.accuracy() < coupled.epochs.front().train.accuracy() + 0.2);
    CHECK(coupled.epochs.back().train.loss() > 1.5);
}

}  // namespace vit
