// Chapter 0: a gradient, by hand, by the chain rule and by differences.
//     in   two numbers, and a wanted one
//     out  a gradient, three ways that agree
#include <fmt/core.h>

#include "00_gradient/mistakes.h"
#include "00_gradient/tables.h"
#include "common/program/program.h"
#include "common/tensor/random.h"

using namespace vit;

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 0: what a gradient is, and how it is checked.", [](CommandLine& line) {
        double learning_rate = 0.05;
        std::size_t steps = 5, seed = 4;
        line.option("learning_rate", learning_rate, "a step moves each parameter by this times its gradient")
            .option("steps", steps, "steps downhill")
            .option("seed", seed, "seed of the random dy")
            .parse();

        const SmallLinear p{.w1 = 0.5, .w2 = -1, .b = 1};
        const Example one{.x = {2, 3}, .target = 1}, other{.x = {-1, 2}, .target = -2.5};
        const double y = small_linear_forward(p, one.x), dy = squared_error_backward(y, one.target);
        SmallLinear grad;
        const Inputs dx = small_linear_backward(p, one.x, dy, grad);
        fmt::print("y = {} * {} + {} * {} + {} = {}, and the target is {}: the loss is {}\n", p.w1, one.x.x1, p.w2,
                   one.x.x2, p.b, y, one.target, squared_error(y, one.target));
        fmt::print("dy = {}, and from it dw1 = {}, dw2 = {}, db = {}, dx1 = {}, dx2 = {}\n", dy, grad.w1, grad.w2,
                   grad.b, dx.x1, dx.x2);

        print_heading("one example", {"dw1", "dw2", "db"});
        print_gradient("by the chain rule", gradient_of(p, {one}));
        print_gradient("by differences", gradient_by_differences(p, {one}));
        print_gradient("with a wrong sign", gradient_of(p, {one}, small_linear_backward_with_a_wrong_sign));

        print_downhill(p, one, learning_rate, steps);

        print_heading("two examples", {"dw1", "dw2", "db"});
        print_gradient("by the chain rule", gradient_of(p, {one, other}));
        print_gradient("by differences", gradient_by_differences(p, {one, other}));
        print_gradient("with = for +=", gradient_of(p, {one, other}, small_linear_backward_that_overwrites));

        print_difference_errors();

        Rng rng(seed);
        print_heading("softmax of (1, 0, -1)", {"1", "2", "3"});
        print_softmax_gradients({1, 0, -1}, {1, 1, 1});
        print_softmax_gradients({1, 0, -1}, {rng.normal(), rng.normal(), rng.normal()});
    });
}
