#include "07_training/metrics.h"

#include <fmt/core.h>

#include <algorithm>

#include "common/program/printable.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

double quotient(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t longest(const std::vector<std::string>& names, std::size_t at_least) {
    for (const std::string& name : names) at_least = std::max(at_least, name.size());
    return at_least;
}

std::size_t with_images(const std::vector<ClassMetrics>& classes) {
    return static_cast<std::size_t>(std::ranges::count_if(classes, [](const ClassMetrics& m) { return m.count > 0; }));
}

std::string metrics_line(const std::string& name, std::size_t width, const ClassMetrics& m) {
    return fmt::format("{:>{}}  {:9.4f}  {:6.4f}  {:6.4f}  {:6}\n", name, width, m.precision, m.recall, m.f1, m.count);
}

}  // namespace

Labels predictions(const Tensor<2>& logits) {
    Labels predicted;
    for (std::size_t b = 0; b < row_count(logits); ++b) {
        const std::span<const Scalar> x = row_of(logits, b);
        predicted.push_back(static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin()));
    }
    return predicted;
}

Score& Score::operator+=(const Score& other) {
    loss_sum += other.loss_sum;
    right += other.right;
    count += other.count;
    return *this;
}

// #region exercise 7.6 score_of (easy, 5 minutes)
Score score_of(double mean_loss, const Tensor<2>& logits, const Labels& labels) {
    // 1. Sums over the images: a mean loss times their number, how many are right, and how many there are.
    Score sum{mean_loss * static_cast<double>(labels.size()), 0, labels.size()};
    const Labels predicted = predictions(logits);
    for (std::size_t b = 0; b < labels.size(); ++b) sum.right += predicted[b] == labels[b];
    return sum;
}
// #endregion

Confusion confusion_matrix(const Labels& labels, const Labels& predicted, std::size_t classes) {
    Confusion confusion(classes, std::vector<std::size_t>(classes, 0));
    for (std::size_t i = 0; i < labels.size(); ++i) ++confusion.at(labels[i]).at(predicted.at(i));
    return confusion;
}

// #region exercise 7.7 class_metrics (medium, 15 minutes)
std::vector<ClassMetrics> class_metrics(const Confusion& confusion) {
    std::vector<ClassMetrics> classes;
    for (std::size_t y = 0; y < confusion.size(); ++y) {
        // 1. How many images are of class y (its row), and how many are called y (its column)?
        std::size_t is = 0, called = 0;
        for (std::size_t other = 0; other < confusion.size(); ++other) {
            is += confusion[y][other];
            called += confusion[other][y];
        }
        // 2. Of the images called y, how many are; of those that are, how many are called so. 0 / 0 counts as 0.
        const double precision = quotient(confusion[y][y], called), recall = quotient(confusion[y][y], is);
        // 3. The harmonic mean of the two.
        const double sum = precision + recall;
        classes.push_back({precision, recall, sum > 0 ? 2 * precision * recall / sum : 0, is});
    }
    return classes;
}
// #endregion

ClassMetrics macro_average(const std::vector<ClassMetrics>& classes) {
    ClassMetrics average;
    const auto count = static_cast<double>(with_images(classes));
    for (const ClassMetrics& m : classes) {
        if (m.count == 0) continue;
        average.precision += m.precision / count;
        average.recall += m.recall / count;
        average.f1 += m.f1 / count;
        average.count += m.count;
    }
    return average;
}

std::string to_string(const Confusion& confusion, const std::vector<std::string>& class_names) {
    const std::size_t width = longest(class_names, 5);
    std::string text = fmt::format("{:>{}}", "is \\ called", width + 6);
    for (const std::string& name : class_names) text += fmt::format(" {:>{}}", name, width);
    text += "\n";
    for (std::size_t y = 0; y < confusion.size(); ++y) {
        text += fmt::format("{:>{}}", class_names.at(y), width + 6);
        for (std::size_t count : confusion[y])
            text += count == 0 ? fmt::format(" {:>{}}", ".", width) : fmt::format(" {:{}}", count, width);
        text += "\n";
    }
    return text;
}

std::string to_string(const std::vector<ClassMetrics>& classes, const std::vector<std::string>& class_names) {
    const std::size_t width = longest(class_names, 5);
    std::string text = fmt::format("{:>{}}  precision  recall      F1  images\n", "class", width);
    for (std::size_t y = 0; y < classes.size(); ++y) text += metrics_line(class_names.at(y), width, classes[y]);
    text += metrics_line("macro", width, macro_average(classes));
    std::vector<std::string> without;
    for (std::size_t y = 0; y < classes.size(); ++y)
        if (classes[y].count == 0) without.push_back(class_names[y]);
    if (!without.empty())
        text += fmt::format("macro: the average over the {} classes that have images; there are none of {}\n",
                            with_images(classes), listed(without));
    return text;
}

}  // namespace vit
