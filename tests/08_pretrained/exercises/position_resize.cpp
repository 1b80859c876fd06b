#include "08_pretrained/position_resize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Weights = std::function<Tensor<2>(PositionResize, std::size_t, std::size_t)>;

/// What stands in for a place beyond the edge.
enum class Beyond { as_it_should, nothing, edge, mirror, other_edge, edge_overwritten };
/// Which of the three properties of a choice are taken for others.
enum class Taken { as_it_is, always, never, the_other_way_round };

struct Slip {
    Taken corners = Taken::as_it_is, cubic = Taken::as_it_is;
    Beyond beyond = Beyond::as_it_should;
    bool stretches = true, widens = true, stretches_always = false, narrows = false, never_widens = false;
    bool divides_by_sum = true, divides_by_stretch = false, columns_add_up = false, sum_goes_on = false,
         sum_taken_anew = false;
    bool first_at_zero = false, half_stays = false, corners_with_half = false, corners_begin_as_edges = false;
    bool step_upside_down = false, step_of_corners = false, step_of_edges = false, one_place_by_zero = false,
         divides_by_step = false;
    bool cubic_reaches_one = false, toward_zero = false, nearest = false, identity = false, transposed = false;
};

bool taken(Taken how, bool is) {
    if (how == Taken::the_other_way_round) return !is;
    return how == Taken::as_it_is ? is : how == Taken::always;
}

/// Keys 1981, equation 4, with his number a.
double keys(double s, double a) {
    if (s <= 1) return (a + 2) * s * s * s - (a + 3) * s * s + 1;
    return s < 2 ? a * s * s * s - 5 * a * s * s + 8 * a * s - 4 * a : 0;
}

/// Where the place with number j is to be looked for; -1: nowhere.
int stand_in(int j, int count, Beyond beyond) {
    if (j >= 0 && j < count) return j;
    if (beyond == Beyond::nothing) return -1;
    if (beyond == Beyond::other_edge) return (j % count + count) % count;
    if (beyond == Beyond::mirror) j = j < 0 ? -1 - j : 2 * count - 1 - j;
    return std::clamp(j, 0, count - 1);
}

/// Divides by sums, of rows or of something else.
void divide(Tensor<2>& weights, const Slip& slip) {
    const std::size_t to = weights.shape()[0], from = weights.shape()[1];
    double sum = 0;
    if (slip.columns_add_up) {
        const Tensor<1> sums = xt::sum(weights, {0});
        for (std::size_t i = 0; i < to; ++i)
            for (std::size_t j = 0; j < from; ++j) weights(i, j) /= sums(j) == 0 ? 1 : sums(j);
        return;
    }
    for (std::size_t i = 0; i < to; ++i) {
        if (!slip.sum_goes_on) sum = 0;
        for (std::size_t j = 0; j < from; ++j) sum += weights(i, j);
        for (std::size_t j = 0; j < from; ++j) {
            const double before = weights(i, j);
            weights(i, j) /= sum;
            if (slip.sum_taken_anew) sum += weights(i, j) - before;
        }
    }
}

double step_of(bool corners, std::size_t from, std::size_t to, const Slip& slip) {
    const auto places = static_cast<double>(from), new_places = static_cast<double>(to);
    if (slip.step_upside_down) return corners ? (new_places - 1) / (places - 1) : new_places / places;
    const bool between = slip.step_of_corners || (corners && !slip.step_of_edges);
    if (between && to == 1 && !slip.one_place_by_zero) return 0;
    return between ? (places - 1) / (new_places - 1) : places / new_places;
}

Tensor<2> weights_with(const Slip& slip, PositionResize how, std::size_t from, std::size_t to) {
    const std::string& name = position_resize_names.at(static_cast<std::size_t>(how));
    const bool corners = taken(slip.corners, name.ends_with("align_corners"));
    const bool cubic = taken(slip.cubic, name.starts_with("bicubic"));
    const bool antialias = name.ends_with("antialias");
    const double step = step_of(corners, from, to, slip);
    double stretch = (antialias && slip.stretches) || slip.stretches_always ? std::max(step, 1.0) : 1;
    if (antialias && (slip.narrows || slip.never_widens)) stretch = slip.narrows ? step : std::min(step, 1.0);
    const double reach = (cubic && !slip.cubic_reaches_one ? 2 : 1) * (slip.widens ? stretch : 1);
    Beyond beyond = antialias ? Beyond::nothing : Beyond::edge;
    if (slip.beyond != Beyond::as_it_should && (!antialias || slip.beyond == Beyond::edge)) beyond = slip.beyond;
    const int count = static_cast<int>(from), far = 9 * count + 9;

    Tensor<2> weights = zeros<2>({to, from});
    for (std::size_t i = 0; i < to; ++i) {
        double centre = static_cast<double>(i) * step;
        if ((!corners || slip.corners_with_half) && !slip.first_at_zero)
            centre = (static_cast<double>(i) + 0.5) * step - (slip.half_stays ? 0 : 0.5);
        if (corners && slip.corners_begin_as_edges)
            centre += (static_cast<double>(from) / static_cast<double>(to) - 1) / 2;
        if (slip.divides_by_step) centre = (corners ? 0 : (step - 1) / 2) + static_cast<double>(i) / step;
        const double last = std::trunc(centre) + reach;
        for (int j = -far; j < far; ++j) {
            const double distance = std::abs(j - centre);
            if (!(distance <= reach) || (slip.toward_zero && (j > last || j < last - 2 * reach + 1))) continue;
            const int place = stand_in(j, count, beyond);
            if (place < 0) continue;
            const double weight =
                cubic ? keys(distance / stretch, antialias ? -0.5 : -0.75) : std::max(0.0, 1 - distance / stretch);
            double& sum = weights(i, static_cast<std::size_t>(place));
            sum = beyond == Beyond::edge_overwritten ? weight : sum + weight;
        }
        if (slip.nearest) {
            xt::view(weights, i) = 0;
            weights(i, static_cast<std::size_t>(std::clamp(std::lround(centre), 0L, count - 1L))) = 1;
        }
    }
    if (slip.identity)
        for (std::size_t i = 0; i < to; ++i)
            for (std::size_t j = 0; j < from; ++j) weights(i, j) = i == j || (j + 1 == from && i > j) ? 1 : 0;
    if (slip.divides_by_stretch) weights /= stretch;
    if (slip.divides_by_sum) divide(weights, slip);
    return weights;
}

Weights with(const Slip& slip) {
    return [slip](PositionResize how, std::size_t from, std::size_t to) {
        if (slip.transposed) return Tensor<2>(xt::transpose(weights_with(slip, how, from, to)));
        return weights_with(slip, how, from, to);
    };
}

/// From N places to M.
Trial<Weights> try_on(const std::string& inputs, PositionResize how, std::size_t from, std::size_t to) {
    return {.inputs = position_resize_names.at(static_cast<std::size_t>(how)) + ": " + inputs,
            .run = [=](const Weights& f) -> Outputs { return {output("weights", "MN", f(how, from, to))}; },
            .tolerance = 1e-12};
}

Exercise<Weights> exercise() {
    using enum PositionResize;
    return {
        .name = "8.2 resize_weights",
        .reference = with({}),
        .trials = {try_on("the example of page 8, N=3 places become M=2", bilinear, 3, 2),
                   try_on("N=3 places become M=2", bilinear_align_corners, 3, 2),
                   try_on("N=4 places become M=9", bilinear_align_corners, 4, 9),
                   try_on("N=5 places become M=8", bilinear, 5, 8), try_on("N=5 places become M=8", bicubic, 5, 8),
                   try_on("N=8 places become M=3", bicubic, 8, 3),
                   try_on("N=4 places become M=9", bicubic_align_corners, 4, 9),
                   try_on("N=9 places become M=4", bilinear_antialias, 9, 4),
                   try_on("N=10 places become M=4", bicubic_antialias, 10, 4),
                   try_on("N=3 places become M=8", bicubic_antialias, 3, 8),
                   try_on("N=5 places become M=1", bicubic_align_corners, 5, 1)},
        .promises = {{"every row of weights adds up to 1",
                      [](const Outputs& made) {
                          return std::ranges::all_of(row_sums(made[0]),
                                                     [](double sum) { return std::abs(sum - 1) < 1e-9; });
                      }}},
        .wrong_answers = {
            {"corners_always",
             "weights that keep the corners in every case: the first place on the first, the last on the last. Only "
             "with method.align_corners; else the edges of the grids fall together.",
             "", with({.corners = Taken::always})},
            {"edges_always",
             "weights that never keep the corners. With method.align_corners the first place is on the first and the "
             "last on the last.",
             "", with({.corners = Taken::never})},
            {"corners_the_other_way_round",
             "weights that keep the corners where they should keep the edges, and the other way round.", "",
             with({.corners = Taken::the_other_way_round})},
            {"rows_not_divided",
             "weights that are not divided by their sum. Where antialias stretches, more places count than one "
             "weight is for, and at the edge some are missing: a row adds up to 1 only afterwards.",
             "", with({.divides_by_sum = false})},
            {"divided_by_stretch",
             "weights divided by the stretch in place of their sum. That is nearly the same in the middle, and too "
             "little at the edges, where places are missing.",
             "", with({.divides_by_sum = false, .divides_by_stretch = true})},
            {"columns_add_up", "weights whose columns add up to 1. A row is one new place: its weights are its shares.",
             "", with({.columns_add_up = true})},
            {"sum_goes_on", "weights divided by a sum that goes on from row to row. Each row has its own.", "",
             with({.sum_goes_on = true})},
            {"sum_taken_anew", "weights divided by a sum that changes while the row is divided. Take it once, before.",
             "", with({.sum_taken_anew = true})},
            {"no_stretch",
             "antialias without its stretch. Where the grid becomes smaller, the old places between two new ones "
             "would be left out: distances count as divided by the stretch, and the reach is longer by as much.",
             "", with({.stretches = false})},
            {"stretch_without_reach",
             "weights that are stretched, of places that are not: the neighbourhood ends where it would end without "
             "antialias. The reach too is times the stretch.",
             "", with({.widens = false})},
            {"stretch_without_antialias",
             "weights that are stretched in every case. Without antialias the nearest places count and no others, "
             "also where the grid becomes smaller.",
             "", with({.stretches_always = true})},
            {"stretch_below_1",
             "a stretch below 1 where the grid grows: the neighbourhood shrinks until it holds one place or none. It "
             "is "
             "at least 1.",
             "", with({.narrows = true})},
            {"stretch_at_most_1",
             "a stretch that is the smaller one of step and 1. It is the larger one: it widens the neighbourhood and "
             "never narrows it.",
             "", with({.never_widens = true})},
            {"beyond_the_edge_dropped",
             "weights without those of places beyond the edge. Without antialias the edge itself stands in for them: "
             "their weight is added to its own.",
             "", with({.beyond = Beyond::nothing})},
            {"edge_stands_in_always",
             "weights in which the edge stands in for what is beyond it, with antialias too. There only places that "
             "exist count.",
             "", with({.beyond = Beyond::edge})},
            {"edge_overwritten",
             "weights in which what is beyond the edge replaces the edge's own weight, or is replaced by it. Several "
             "weights fall on one place: += and not =.",
             "", with({.beyond = Beyond::edge_overwritten})},
            {"edge_mirrors",
             "weights in which the grid is mirrored at its edge. Not the mirror image but the edge "
             "itself stands in for what is beyond.",
             "", with({.beyond = Beyond::mirror})},
            {"edge_wraps_round",
             "weights in which the grid goes on with its other end. The edge itself stands in for "
             "what is beyond it.",
             "", with({.beyond = Beyond::other_edge})},
            {"half_place_forgotten",
             "new places at i times the step, from 0 on. The edges fall together: the first place is half a new place "
             "behind the edge, and the first old one half an old place: (step - 1) / 2.",
             "", with({.first_at_zero = true})},
            {"half_place_not_taken_back",
             "new places at (i + 1/2) times the step, which counts from the edge. Old places count from the first of "
             "them, which is half a place behind the edge: 1/2 less.",
             "", with({.half_stays = true})},
            {"corners_with_half_place",
             "new places that begin with (step - 1) / 2 also where the corners are kept. There the first one is at 0.",
             "", with({.corners_with_half = true})},
            {"corners_begin_as_edges",
             "new places that begin at (from / to - 1) / 2 also where the corners are kept. There the first one is at "
             "0.",
             "", with({.corners_begin_as_edges = true})},
            {"step_upside_down",
             "a step of to / from. It is how far apart new places are, counted in old ones: from / to.", "",
             with({.step_upside_down = true})},
            {"step_of_corners_always",
             "a step of (from - 1) / (to - 1) in every case. From edge to edge there are `from` old places and `to` "
             "new ones.",
             "", with({.step_of_corners = true})},
            {"step_of_edges_always",
             "a step of from / to also where the corners are kept. From the first place to the last there are from - 1 "
             "steps between old places, and to - 1 between new ones.",
             "", with({.step_of_edges = true})},
            {"one_place_by_zero",
             "a step of (from - 1) / 0 where the corners are kept and one place is asked for. The step does not matter "
             "then, and 0 does no harm.",
             "", with({.one_place_by_zero = true})},
            {"half_place_and_one_place_by_zero",
             "new places at (i + 1/2) times the step, without the 1/2 that is to be taken back, and for one place with "
             "its corner kept a step of (from - 1) / 0.",
             "", with({.half_stays = true, .one_place_by_zero = true})},
            {"divided_by_step",
             "new places at first + i / step. The step is how far apart they are, counted in old places: i times the "
             "step.",
             "", with({.divides_by_step = true})},
            {"edge_dropped_and_reach_not_stretched",
             "weights without those of places beyond the edge, which the edge itself must stand in for without "
             "antialias, and with it a reach that is not times the stretch.",
             "", with({.beyond = Beyond::nothing, .widens = false})},
            {"lines_for_cubics", "weights from straight lines in every case. method.cubic asks for cubics.", "",
             with({.cubic = Taken::never})},
            {"cubics_for_lines", "weights from cubics in every case. Without method.cubic they are straight lines.", "",
             with({.cubic = Taken::always})},
            {"cubic_reaches_1",
             "cubics of two neighbours. They reach to 2, so that four count; the outer two below zero.", "",
             with({.cubic_reaches_one = true})},
            {"rounded_toward_zero",
             "weights of neighbours that are counted from a centre rounded toward zero. Between -1 and 0 that is 0, "
             "and a neighbour is missed: std::floor or std::ceil round one way.",
             "", with({.toward_zero = true})},
            {"nearest_place", "the nearest place, with a weight of 1. All in the neighbourhood count.", "",
             with({.nearest = true})},
            {"first_places",
             "the old places as they are, one after the other: truncate. The new places spread over the whole grid.",
             "lucidrains/vit-pytorch", with({.identity = true})},
            {"weights_transposed", "weights of shape (from, to). Each row belongs to a new place: (to, from).", "",
             with({.transposed = true})},
        }};
}

}  // namespace

TEST_CASE("8.2 resize_weights") {
    check(exercise(), resize_weights);
}

TEST_CASE("8.2 resize_weights: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
