#include "common/files/safetensors.h"

#include <chrono>
#include <cstring>
#include <filesystem>
#include <tuple>

#include "common/files/files.h"
#include "common/tensor/random.h"
#include "tests/common/mapped_bytes.h"
#include "tests/testing.h"

namespace vit {
namespace {

template <class Number>
std::string bytes_of(std::initializer_list<Number> numbers) {
    std::string bytes(numbers.size() * sizeof(Number), '\0');
    std::memcpy(bytes.data(), numbers.begin(), bytes.size());
    return bytes;
}

/// A file with any header and any data, right or wrong.
std::string raw_file(const std::string& header, const std::string& data) {
    return bytes_of<std::uint64_t>({header.size()}) + header + data;
}

/// The error of loading a file of these bytes, without "FILE: " at its beginning.
std::string load_error(const std::string& bytes) {
    const TemporaryFolder folder;
    const std::string path = folder.file("weights.safetensors");
    write_file(path, bytes);
    const std::string error = error_of<std::runtime_error>([&] { load_safetensors(path); });
    if (error == "no error") return error;
    REQUIRE(error.starts_with(path + ": "));
    return error.substr(path.size() + 2);
}

std::string load_error(const std::string& header, const std::string& data) {
    return load_error(raw_file(header, data));
}

/// The numbers of a tensor, taken in both ways, which must agree.
std::vector<Scalar> numbers_of(const StoredTensor& tensor) {
    INFO(tensor.name);
    std::vector<Scalar> copied(element_count(tensor.shape), Scalar(-9));
    tensor.copy_to(copied);
    const std::vector<Scalar> values = tensor.values();
    CHECK(values == copied);
    return copied;
}

}  // namespace

TEST_CASE("what is saved is loaded again: order, names, shapes, every digit, metadata") {
    const TemporaryFolder folder;
    const std::string path = folder.file("runs/model.safetensors");
    Rng rng(1);
    Tensor<3> z = rng.normal_tensor<3>({2, 3, 5});
    Tensor<1> a = rng.normal_tensor<1>({7}), empty = zeros<1>({0});
    Tensor<0> single(Scalar(0.1));
    save_safetensors(
        path,
        {parameter("z.weight", z), parameter("a.bias", a), parameter("empty", empty), parameter("single", single)},
        {{"epoch", "3"}, {"note", "ü \"quoted\"\n"}});
    const Safetensors file = load_safetensors(path);
    REQUIRE(file.tensors.size() == 4);
    CHECK(file.path == path);
    CHECK(file.tensors[0].name == "z.weight");
    CHECK(file.tensors[0].shape == Shape{2, 3, 5});
    CHECK(file.tensors[0].dtype == (sizeof(Scalar) == 4 ? "F32" : "F64"));
    CHECK(file.tensors[0].values() == std::vector<Scalar>(z.begin(), z.end()));
    CHECK(file.at("a.bias").values() == std::vector<Scalar>(a.begin(), a.end()));
    CHECK(file.at("empty").shape == Shape{0});
    CHECK(file.at("empty").values().empty());
    CHECK(file.at("single").shape == Shape{});
    CHECK(file.at("single").values() == std::vector<Scalar>{Scalar(0.1)});
    CHECK(file.metadata == std::map<std::string, std::string>{{"epoch", "3"}, {"note", "ü \"quoted\"\n"}});
    CHECK(error_of<std::runtime_error>([&] { file.at("b"); }) == path + ": tensor b is missing");
}

TEST_CASE("the data of a saved file begins at a multiple of 8 bytes") {
    const TemporaryFolder folder;
    for (const char* name : {"a", "ab", "abc", "abcd", "abcde"}) {
        Tensor<1> x = zeros<1>({3});
        save_safetensors(folder.file("x.safetensors"), {parameter(name, x)});
        std::uint64_t length = 0;
        std::memcpy(&length, read_file(folder.file("x.safetensors")).data(), sizeof length);
        CHECK(length % 8 == 0);
        CHECK(load_safetensors(folder.file("x.safetensors")).tensors[0].name == name);
    }
}

TEST_CASE("a file that cannot be saved is named, with the reason, and nothing is written") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x.safetensors");
    Tensor<1> x = zeros<1>({3});
    CHECK_THROWS_WITH_AS(save_safetensors(path, {parameter("x", x), parameter("x", x)}),
                         ("save_safetensors: " + path + ": two tensors have the name x").c_str(),
                         std::invalid_argument);
    const std::string not_utf8 = "save_safetensors: " + path + ": a name or a text of the metadata is not UTF-8";
    CHECK_THROWS_WITH_AS(save_safetensors(path, {parameter("M\xfctze", x)}), not_utf8.c_str(), std::invalid_argument);
    CHECK_THROWS_WITH_AS(save_safetensors(path, {}, {{"class_names", "M\xfctze"}}), not_utf8.c_str(),
                         std::invalid_argument);
    CHECK_FALSE(std::filesystem::exists(path));

    CHECK_THROWS_WITH_AS(save_safetensors("/dev/full", {parameter("x", x)}),
                         "write_file: cannot write /dev/full: No space left on device", std::runtime_error);
    CHECK_THROWS_WITH_AS(save_safetensors("/proc/none/x", {parameter("x", x)}),
                         "write_file: cannot make the folder /proc/none: No such file or directory",
                         std::runtime_error);
}

TEST_CASE("every number type is converted, also from unaligned bytes") {
    const std::string data = bytes_of<std::uint8_t>({0, 255}) + bytes_of<double>({-0.5, 1e-300}) +
                             bytes_of<float>({1.25f, -3}) +
                             bytes_of<std::uint16_t>({0x3c00, 0xc580, 0x0001, 0x7bff, 0xfc00, 0x0000}) +
                             bytes_of<std::uint16_t>({0x3fc0, 0xc000}) + bytes_of<std::int64_t>({-7, 1 << 20}) +
                             bytes_of<std::int32_t>({-2147483647});
    const TemporaryFolder folder;
    const std::string path = folder.file("types.safetensors");
    write_file(path, raw_file(R"({"u8":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},
        "f64":{"dtype":"F64","shape":[2],"data_offsets":[2,18]}, "f32":{"dtype":"F32","shape":[2],"data_offsets":[18,26]},
        "f16":{"dtype":"F16","shape":[6],"data_offsets":[26,38]}, "bf16":{"dtype":"BF16","shape":[2],"data_offsets":[38,42]},
        "i64":{"dtype":"I64","shape":[2],"data_offsets":[42,58]}, "i32":{"dtype":"I32","shape":[1],"data_offsets":[58,62]}})",
                              data));
    using Values = std::vector<Scalar>;
    const Safetensors file = load_safetensors(path);
    CHECK(file.tensors[0].name == "u8");  // the order of the data, not that of the names
    CHECK(file.tensors[6].name == "i32");
    CHECK(numbers_of(file.at("u8")) == Values{0, 255});
    CHECK(numbers_of(file.at("f64")) == Values{Scalar(-0.5), Scalar(1e-300)});
    CHECK(numbers_of(file.at("f32")) == Values{Scalar(1.25), -3});
    // One, minus five and a half, the smallest number, the largest one, minus infinity, zero.
    CHECK(numbers_of(file.at("f16")) == Values{1, Scalar(-5.5), Scalar(0x1p-24), 65504, -INFINITY, 0});
    CHECK(numbers_of(file.at("bf16")) == Values{Scalar(1.5), -2});
    CHECK(numbers_of(file.at("i64")) == Values{-7, 1 << 20});
    CHECK(numbers_of(file.at("i32")) == Values{Scalar(-2147483647)});
}

TEST_CASE("a damaged or hostile file is refused with its name and what is wrong") {
    const std::string four(16, 'x');  // the bytes of four floats
    const std::string good = R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})";
    CHECK(load_error(good, four) == "no error");
    CHECK(load_error("{}", "") == "no error");

    CHECK(load_error("") == "0 bytes are too few for a safetensors file");
    CHECK(load_error("1234567") == "7 bytes are too few for a safetensors file");
    CHECK(load_error(bytes_of<std::uint64_t>({std::uint64_t(-1)}) + "{}") ==
          "the header should have 18446744073709551615 bytes, but only 2 follow; this is no safetensors file, or it is "
          "cut off");
    CHECK(load_error("PK\3\4 and a zip")
              .starts_with("this is no safetensors file but a file of PyTorch, or another zip. Write "
                           "its tensors with Python: safetensors.torch.save_file("));
    CHECK(load_error("\x80\2\x8a\nl\xfc\x9c\x46\xf9")
              .starts_with("this is no safetensors file but an old file of PyTorch. "));
    CHECK(load_error("{\"weight_map\": {}}") == "this is no safetensors file but JSON");
    CHECK(load_error("<!doctype html>") == "this is no safetensors file but a web page");
    CHECK(load_error(raw_file(good, "").substr(0, 20)) ==
          "the header should have 55 bytes, but only 12 follow; this is no safetensors file, or it is cut off");
    CHECK(load_error(R"({"x":)", "") == "the header cannot be read as JSON (at byte 6 of 5)");
    CHECK(load_error("", "") == "the header cannot be read as JSON (at byte 1 of 0)");
    CHECK(load_error(R"({"x":1e1844})", "") == "the header cannot be read as JSON (at byte 11 of 12)");
    CHECK(load_error("{\"\xff\":1}", "") == "the header cannot be read as JSON (at byte 3 of 7)");
    CHECK(load_error(good + std::string("\0 more", 6), four) == "the header cannot be read as JSON (at byte 56 of 61)");
    CHECK(load_error("{}" + std::string(10'000'000 - 2, ' '), "") == "no error");
    CHECK(load_error("{}" + std::string(10'000'000 - 1, ' '), "") ==
          "the header has 10000001 bytes; at most 10000000 are allowed");
    CHECK(load_error("{} x", "") == "the header cannot be read as JSON (at byte 4 of 4)");
    CHECK(load_error(std::string(100000, '['), "") == "the header has more than 3 levels of brackets");
    CHECK(load_error(R"({"x":{"shape":[[1]]}})", "") == "the header has more than 3 levels of brackets");
    CHECK(load_error("[1, 2]", "") == "the header is not a JSON object");

    CHECK(
        load_error(
            R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
            "12345678") == "the header has the key x twice");
    CHECK(load_error(R"({"x":{"dtype":"U8","shape":[4],"shape":[16],"data_offsets":[0,16]}})", four) ==
          "the header has the key shape twice");
    CHECK(load_error(R"({"__metadata__":{"a":"1","a":"2"}})", "") == "the header has the key a twice");
    CHECK(load_error(R"({"__metadata__":{"epoch":3}})", "") == "the value of epoch in __metadata__ is not a text");
    CHECK(load_error(R"({"__metadata__":"text"})", "") == "__metadata__ is not a JSON object");
}

TEST_CASE("a tensor's entry in the header must be complete and sensible") {
    const std::string improper = "tensor x has no proper dtype, shape and data_offsets in the header";
    for (const char* entry :
         {R"(3)", R"({})", R"({"dtype":"F32","shape":[1]})", R"({"dtype":"F32","data_offsets":[0,4]})",
          R"({"shape":[1],"data_offsets":[0,4]})", R"({"dtype":4,"shape":[1],"data_offsets":[0,4]})",
          R"({"dtype":"F32","shape":1,"data_offsets":[0,4]})", R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})",
          R"({"dtype":"F32","shape":[1.0],"data_offsets":[0,4]})",
          R"({"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]})",
          R"({"dtype":"F32","shape":[1],"data_offsets":[0,4,8]})",
          R"({"dtype":"F32","shape":[1],"data_offsets":[-4,0]})"}) {
        CAPTURE(entry);
        CHECK(load_error(std::string(R"({"x":)") + entry + "}", "1234") == improper);
    }
    CHECK(load_error(R"({"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})", "1234") ==
          "tensor x has the dtype F8_E4M3; only F64, F32, F16, BF16, I64, I32 and U8 can be read");
    CHECK(load_error(R"({"x":{"dtype":"F32","shape":[3,2],"data_offsets":[0,16]}})", std::string(16, 'x')) ==
          "tensor x of shape (3, 2) and dtype F32 takes 24 bytes, but its data_offsets are 0 and 16");
    CHECK(load_error(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", std::string(8, 'x')) ==
          "tensor x of shape (1) and dtype F32 takes 4 bytes, but its data_offsets are 0 and 8");
    CHECK(load_error(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}})", std::string(8, 'x')) ==
          "tensor x of shape (1) and dtype F32 takes 4 bytes, but its data_offsets are 8 and 4");
    // 2^33 2^31 is 2^64, which a 64-bit product would take for 0.
    CHECK(load_error(R"({"x":{"dtype":"U8","shape":[8589934592,2147483648],"data_offsets":[0,0]}})", "") ==
          "tensor x has the impossible shape (8589934592, 2147483648)");
}

TEST_CASE("names that come out of a file are shown on one line") {
    const std::string name = R"(a\n\u0000\u001b[31mü)", shown = R"(a\x0a\x00\x1b[31mü)";  // as JSON; as it is shown
    CHECK(load_error("{\"" + name + "\":3}", "") ==
          "tensor " + shown + " has no proper dtype, shape and data_offsets in the header");
    CHECK(load_error("{\"" + name + "\":{},\"" + name + "\":{}}", "") == "the header has the key " + shown + " twice");
    CHECK(load_error(R"({"__metadata__":{")" + name + R"(":3}})", "") ==
          "the value of " + shown + " in __metadata__ is not a text");
    CHECK(load_error(R"({"x":{"dtype":")" + name + R"(","shape":[1],"data_offsets":[0,4]}})", "") ==
          "tensor x has the dtype " + shown + "; only F64, F32, F16, BF16, I64, I32 and U8 can be read");
    CHECK(load_error("{\"" + std::string(1000, 'x') + "\":3}", "") ==
          "tensor " + std::string(200, 'x') + "... has no proper dtype, shape and data_offsets in the header");
}

TEST_CASE("a header of many tensors is read in time proportional to its length") {
    std::string header = "{";
    for (int i = 0; i < 80000; ++i) {
        header +=
            (i == 0 ? "\"t" : ",\"t") + std::to_string(i) + R"(":{"dtype":"F32","shape":[0],"data_offsets":[0,0]})";
    }
    const auto start = std::chrono::steady_clock::now();
    CHECK(load_error(header + "}", "") == "no error");
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    CHECK(seconds.count() < 10);  // in time that grows with the square: minutes
}

TEST_CASE("a tensor without a sensible number of axes is refused") {
    const auto error_of_axes = [](std::size_t count) {
        std::string ones = "1";
        for (std::size_t i = 1; i < count; ++i) ones += ",1";
        return load_error(R"({"x":{"dtype":"U8","shape":[)" + ones + R"(],"data_offsets":[0,1]}})", "1");
    };
    CHECK(error_of_axes(64) == "no error");
    CHECK(error_of_axes(65) == "tensor x has 65 axes; at most 64 can be read");
}

TEST_CASE("a header that is longer than any model's is refused before it is read") {
    const TemporaryFolder folder;
    write_file(folder.file("x"), bytes_of<std::uint64_t>({10'000'001}));
    std::filesystem::resize_file(folder.file("x"), 100'000'009);  // a hole, which takes no room on the disk
    CHECK(error_of<std::runtime_error>([&] { load_safetensors(folder.file("x")); }) ==
          folder.file("x") + ": the header has 10000001 bytes; at most 10000000 are allowed");
}

TEST_CASE("the tensors must cover the data without holes and overlaps") {
    const auto two = [](int begin, int end) {
        return R"({"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},"b":{"dtype":"U8","shape":[4],"data_offsets":[)" +
               std::to_string(begin) + "," + std::to_string(end) + "]}}";
    };
    CHECK(load_error(two(6, 10), std::string(10, 'x')) == "no error");
    CHECK(load_error(two(4, 8), std::string(8, 'x')) ==
          "tensor b begins at byte 4 of the data, but the one before it ends at byte 6");
    CHECK(load_error(two(7, 11), std::string(11, 'x')) ==
          "tensor b begins at byte 7 of the data, but the one before it ends at byte 6");
    CHECK(load_error(two(6, 10), std::string(9, 'x')) ==
          "tensor b ends at byte 10 of the data, but the file has only 9; it is cut off");
    CHECK(load_error(two(6, 10), std::string(13, 'x')) ==
          "the tensors take 10 bytes, but the file has 13 bytes of data");
    // Of two that begin at one byte the one without numbers is the first, whatever their names.
    CHECK(load_error(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},
        "b":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})",
                     "1234") == "no error");
}

TEST_CASE("a file that cannot be opened is named") {
    const TemporaryFolder folder;
    CHECK(error_of<std::runtime_error>([&] { load_safetensors(folder.file("no")); }) ==
          "load_safetensors: cannot open " + folder.file("no") + ": No such file or directory");
    CHECK(error_of<std::runtime_error>([&] { load_safetensors(folder.file("")); }) ==
          "load_safetensors: cannot open " + folder.file("") + ": Is a directory");
    CHECK(error_of<std::runtime_error>([] { load_safetensors(""); }) ==
          "load_safetensors: the name of the file is empty");
}

TEST_CASE("copy_into fills a model by name, and leaves it alone if anything does not fit") {
    const TemporaryFolder folder;
    Tensor<2> weight{{1, 2, 3}, {4, 5, 6}};
    Tensor<1> bias{7, 8};
    const Parameters model{parameter("bias", bias), parameter("weight", weight)};
    save_safetensors(folder.file("x"), model);
    const Safetensors saved = load_safetensors(folder.file("x"));
    const StoredTensor &stored_weight = saved.at("weight"), &stored_bias = saved.at("bias");
    StoredTensor turned = stored_weight, whole = stored_weight, head = stored_bias;
    turned.shape = {3, 2};
    whole.dtype = "I64";
    head.name = "head";
    weight.fill(0);
    bias.fill(0);

    CHECK(error_of<std::runtime_error>([&] {
              copy_into({"f", {stored_bias}, {}}, model);
          }) == "f: tensor weight is missing");
    CHECK(error_of<std::runtime_error>([&] {
              copy_into({"f", {stored_bias, turned}, {}}, model);
          }) == "f: tensor weight has shape (3, 2), the model needs (2, 3)");
    CHECK(error_of<std::runtime_error>([&] {
              copy_into({"f", {stored_bias, whole}, {}}, model);
          }) == folder.file("x") + ": tensor weight has the dtype I64; weights are F64, F32, F16 or BF16");
    CHECK(error_of<std::runtime_error>([&] {
              copy_into({"f", {stored_bias, stored_weight, head}, {}}, model);
          }) == "f: tensor head belongs to no parameter of this model");
    CHECK(xt::sum(weight)() + xt::sum(bias)() == 0);

    copy_into({"f", {stored_weight, stored_bias}, {}}, model);
    CHECK(same(weight, {{1, 2, 3}, {4, 5, 6}}, "OI"));
    CHECK(same(bias, {7, 8}, "O"));
}

TEST_CASE("every half-precision number is what its bits say") {
    std::string data(std::size_t(2) << 16, '\0');
    for (std::uint32_t bits = 0; bits < 1u << 16; ++bits) std::memcpy(data.data() + 2 * bits, &bits, 2);
    const TemporaryFolder folder;
    write_file(folder.file("x"), raw_file(R"({"x":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}})", data));
    const std::vector<Scalar> found = load_safetensors(folder.file("x")).at("x").values();
    std::size_t wrong = 0;
    for (int bits = 0; bits < 1 << 16; ++bits) {
        const int exponent = bits >> 10 & 31, fraction = bits & 1023;
        const double sign = bits >> 15 ? -1 : 1;
        double wanted = sign * std::ldexp(fraction + 1024, exponent - 25);
        if (exponent == 0) wanted = sign * std::ldexp(fraction, -24);
        if (exponent == 31) wanted = fraction == 0 ? sign * INFINITY : NAN;
        const auto got = static_cast<double>(found[static_cast<std::size_t>(bits)]);
        const bool same =
            std::isnan(wanted) ? std::isnan(got) : got == wanted && std::signbit(got) == std::signbit(wanted);
        if (!same) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("numbers of 16 bits are read and written again, bit by bit") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x");
    for (const auto& [dtype, exponents] : {std::pair{"F16", 0x7c00u}, std::pair{"BF16", 0x7f80u}}) {
        std::string data;
        for (std::uint32_t bits = 0; bits < 1u << 16; ++bits) {
            if ((bits & exponents) != exponents) data += bytes_of<std::uint16_t>({static_cast<std::uint16_t>(bits)});
        }
        const std::string header = fmt::format(R"({{"x":{{"dtype":"{}","shape":[{}],"data_offsets":[0,{}]}}}})", dtype,
                                               data.size() / 2, data.size());
        write_file(path, raw_file(header, data));
        Numbers x = numbers(load_safetensors(path).at("x"));
        save_safetensors(path, {{"x", x.shape, x.values}}, {}, dtype);
        const StoredTensor again = load_safetensors(path).at("x");
        CHECK(again.dtype == dtype);
        CHECK(std::string(again.bytes.begin(), again.bytes.end()) == data);
    }
}

TEST_CASE("a number between two of 16 bits becomes the nearer one, in the middle the even one") {
    const TemporaryFolder folder;
    const auto written = [&](const std::string& dtype, std::vector<Scalar> x) {
        save_safetensors(folder.file("x"), {{"x", {x.size()}, x}}, {}, dtype);
        return load_safetensors(folder.file("x")).at("x").values();
    };
    using Values = std::vector<Scalar>;
    CHECK(written("F16", {Scalar(1 + 0x1p-11), Scalar(1 + 0x1.1p-11), Scalar(-1 - 0x3p-11), Scalar(0.1)}) ==
          Values{1, Scalar(1 + 0x1p-10), Scalar(-1 - 0x1p-9), Scalar(0.0999755859375)});
    // Below 2^-14 all numbers are 2^-24 apart.
    CHECK(written("F16", {Scalar(0x1p-25), Scalar(0x1.1p-25), Scalar(-0x3p-25), Scalar(0x1p-40)}) ==
          Values{0, Scalar(0x1p-24), Scalar(-0x2p-24), 0});
    CHECK(written("BF16", {Scalar(1 + 0x1p-8), Scalar(1 + 0x1.1p-8), Scalar(-1 - 0x3p-8), Scalar(1e30)}) ==
          Values{1, Scalar(1 + 0x1p-7), Scalar(-1 - 0x1p-6), Scalar(0x1.94p99)});
    CHECK(written("F16", {Scalar(65519), Scalar(-65519)}) == Values{65504, -65504});
    CHECK(written("F32", {Scalar(0.1)}) == Values{Scalar(0.1f)});
    CHECK(written("F64", {Scalar(0.1)}) == Values{Scalar(0.1)});
}

TEST_CASE("a number that a type cannot hold is not written, nor a type that is none") {
    const TemporaryFolder folder;
    const auto error = [&](const std::string& dtype, Scalar number) {
        std::vector<Scalar> x{1, number};
        return error_of<std::invalid_argument>([&] {
            save_safetensors(folder.file("x"), {{"a\nb", {2}, x}}, {}, dtype);
        });
    };
    CHECK(error("F16", 65520) == "tensor a\\x0ab cannot be written as F16: 65520 is no number from -65504 to 65504");
    CHECK(error("F16", -INFINITY) == "tensor a\\x0ab cannot be written as F16: -inf is no number from -65504 to 65504");
    CHECK(error("BF16", NAN).ends_with("nan is no number from -3.3895313892515355e+38 to 3.3895313892515355e+38"));
    CHECK(error("I32", 1) == "tensor a\\x0ab cannot be written as I32: to_bytes: no number type to write: I32");
    CHECK(std::filesystem::is_empty(folder.file("")));
}

TEST_CASE("tensors without numbers and without axes, at odd addresses") {
    const TemporaryFolder folder;
    write_file(folder.file("x"), raw_file(R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},
        "none":{"dtype":"F32","shape":[3,0,2],"data_offsets":[1,1]},
        "number":{"dtype":"F32","shape":[],"data_offsets":[1,5]}})",
                                          bytes_of<std::uint8_t>({7}) + bytes_of<float>({2.5f})));
    const Safetensors file = load_safetensors(folder.file("x"));
    CHECK(file.at("none").shape == Shape{3, 0, 2});
    CHECK(numbers_of(file.at("none")).empty());
    CHECK(file.at("number").shape == Shape{});
    CHECK(numbers_of(file.at("number")) == std::vector<Scalar>{2.5});
    CHECK(numbers_of(file.at("a")) == std::vector<Scalar>{7});

    for (const std::string dtype : {"F64", "F32", "F16"}) {
        write_file(folder.file("y"),
                   raw_file(R"({"none":{"dtype":")" + dtype + R"(","shape":[0],"data_offsets":[0,0]}})", ""));
        CHECK(numbers_of(load_safetensors(folder.file("y")).at("none")).empty());
    }
}

TEST_CASE("numbers are copied only to a place of their size") {
    const TemporaryFolder folder;
    Tensor<2> x = zeros<2>({2, 3});
    save_safetensors(folder.file("x"), {parameter("x", x)});
    for (const std::size_t size : {5u, 7u}) {
        std::vector<Scalar> place(size, Scalar(1));
        CHECK(error_of<std::invalid_argument>([&] { load_safetensors(folder.file("x")).at("x").copy_to(place); }) ==
              fmt::format("StoredTensor::copy_to: tensor x of shape (2, 3) does not fit {} numbers", size));
        CHECK(place == std::vector<Scalar>(size, Scalar(1)));
    }
}

TEST_CASE("a tensor keeps its numbers when its file is replaced, removed, and no longer held") {
    const TemporaryFolder folder;
    Tensor<1> x{1, 2, 3}, other{4, 5, 6};
    save_safetensors(folder.file("x"), {parameter("x", x)});
    StoredTensor tensor = load_safetensors(folder.file("x")).at("x");
    save_safetensors(folder.file("x"), {parameter("x", other)});
    CHECK(numbers_of(tensor) == std::vector<Scalar>{1, 2, 3});
    tensor = load_safetensors(folder.file("x")).at("x");
    std::filesystem::remove(folder.file("x"));
    CHECK(numbers_of(tensor) == std::vector<Scalar>{4, 5, 6});
}

TEST_CASE("a model that was filled from a file holds no memory of it") {
    const TemporaryFolder folder;
    Tensor<2> x = zeros<2>({1000, 2000});
    Tensor<1> y = zeros<1>({500'000});
    const Parameters model{parameter("x", x), parameter("y", y)};
    save_safetensors(folder.file("x"), model);
    const Safetensors file = load_safetensors(folder.file("x"));
    const std::size_t before = mapped_bytes_in_memory();
    copy_into(file, model);
    CHECK(mapped_bytes_in_memory() < before + 1'000'000);  // of 20 MB
}

}  // namespace vit
