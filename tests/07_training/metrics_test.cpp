#include "07_training/metrics.h"

#include "tests/testing.h"

namespace vit {
namespace {

// Ten images of three classes. Class 0: 3 of 4 found; class 1: 1 of 4; class 2: 1 of 2.
const Labels labels{0, 0, 0, 0, 1, 1, 1, 1, 2, 2};
const Labels predicted{0, 0, 0, 1, 1, 0, 0, 2, 2, 1};
const Confusion confusion{{3, 1, 0}, {2, 1, 1}, {0, 1, 1}};

void check_metrics(const ClassMetrics& found, const ClassMetrics& expected) {
    CHECK(std::abs(found.precision - expected.precision) <= 1e-15);
    CHECK(std::abs(found.recall - expected.recall) <= 1e-15);
    CHECK(std::abs(found.f1 - expected.f1) <= 1e-15);
    CHECK(found.count == expected.count);
}

}  // namespace

TEST_CASE("the prediction is the class with the largest logit, the first of several") {
    CHECK(predictions({{1, 3, 2}, {-5, -9, -7}, {0, 0, 0}, {2, 4, 4}}) == Labels{1, 0, 0, 1});
}

TEST_CASE("scores are sums over images: a short last batch counts for what it has") {
    // 4 images, 3 right, mean loss 0.5; then 1 image, wrong, loss 3.
    Score sum = score_of(0.5, {{1, 0}, {0, 1}, {1, 0}, {1, 0}}, {0, 1, 0, 1});
    CHECK(sum.right == 3);
    CHECK(sum.count == 4);
    CHECK(sum.loss() == 0.5);
    CHECK(sum.accuracy() == 0.75);
    sum += score_of(3, {{1, 0}}, {1});
    CHECK(sum.accuracy() == 0.6);  // 3 of 5; the mean of the batches' accuracies would be 0.375
    CHECK(sum.loss() == 1);        // 5 / 5; the mean of the batches' losses would be 1.75
}

TEST_CASE("a confusion matrix has the right class in its row and the answer in its column") {
    CHECK(confusion_matrix(labels, predicted, 3) == confusion);
    CHECK(confusion_matrix({0, 0}, {2, 2}, 3) == Confusion{{0, 0, 2}, {0, 0, 0}, {0, 0, 0}});
}

TEST_CASE("precision, recall and F1 worked by hand") {
    const std::vector<ClassMetrics> classes = class_metrics(confusion);
    REQUIRE(classes.size() == 3);
    check_metrics(classes[0], {3.0 / 5, 3.0 / 4, 2.0 / 3, 4});
    check_metrics(classes[1], {1.0 / 3, 1.0 / 4, 2.0 / 7, 4});
    check_metrics(classes[2], {1.0 / 2, 1.0 / 2, 1.0 / 2, 2});
    check_metrics(macro_average(classes), {(3.0 / 5 + 1.0 / 3 + 1.0 / 2) / 3, (3.0 / 4 + 1.0 / 4 + 1.0 / 2) / 3,
                                           (2.0 / 3 + 2.0 / 7 + 1.0 / 2) / 3, 10});
}

TEST_CASE("a class that is never predicted, or that has no images, has zeros and no NaN") {
    const std::vector<ClassMetrics> classes = class_metrics({{2, 1, 0}, {3, 0, 0}, {0, 0, 0}});
    check_metrics(classes[0], {2.0 / 5, 2.0 / 3, 1.0 / 2, 3});
    check_metrics(classes[1], {0, 0, 0, 3});
    check_metrics(classes[2], {0, 0, 0, 0});
    check_metrics(macro_average(classes), {1.0 / 5, 1.0 / 3, 1.0 / 4, 6});  // of the two classes that have images
    CHECK(to_string(classes, {"a", "b", "c"})
              .ends_with("macro: the average over the 2 classes that have images; there are none of c\n"));
}

TEST_CASE("the tables") {
    CHECK(to_string(confusion, {"cat", "elephant", "ox"}) ==
          "   is \\ called      cat elephant       ox\n"
          "           cat        3        1        .\n"
          "      elephant        2        1        1\n"
          "            ox        .        1        1\n");
    CHECK(to_string(class_metrics(confusion), {"cat", "elephant", "ox"}) ==
          "   class  precision  recall      F1  images\n"
          "     cat     0.6000  0.7500  0.6667       4\n"
          "elephant     0.3333  0.2500  0.2857       4\n"
          "      ox     0.5000  0.5000  0.5000       2\n"
          "   macro     0.4778  0.5000  0.4841      10\n");
    CHECK(to_string(Confusion{{12, 0}, {1, 345}}, {"0", "1"}) ==
          "is \\ called     0     1\n"
          "          0    12     .\n"
          "          1     1   345\n");
}

}  // namespace vit
