// Weights of 8 bits, by themselves and with scales.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/number_scales.h"
#include "core/checkpoints/tensor_number.h"
#include "core/weights/packed_tensor.h"
#include "core/weights/tensor_types.h"
#include "core/weights/weights.h"
#include "tests/support/tensors_file.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::string all_codes() {
    std::string codes;
    for (int code = 0; code < 256; ++code) codes += static_cast<char>(code);
    return codes;
}

bool is_same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

/// What Micikevicius et al. (2022, tables 1 and 2) say of a code, without any library.
double number_of_code(int code, int mantissa_bits) {
    const bool of_e4m3 = mantissa_bits == 3;
    const int bias = of_e4m3 ? 7 : 15, ones = of_e4m3 ? 15 : 31;
    const int exponent = (code & 127) >> mantissa_bits, mantissa = code & ((1 << mantissa_bits) - 1);
    const double sign = code > 127 ? -1 : 1;
    if (of_e4m3 && exponent == ones && mantissa == 7) return NAN;
    if (!of_e4m3 && exponent == ones) return mantissa == 0 ? sign * INFINITY : NAN;
    const double fraction = mantissa * std::pow(2.0, -mantissa_bits);
    return sign *
           (exponent == 0 ? fraction * std::pow(2.0, 1 - bias) : (1 + fraction) * std::pow(2.0, exponent - bias));
}

}  // namespace

class TestScaledWeights : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void allCodesAreTorchs_data() {
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<int>("mantissa");
        QTest::newRow("e4m3fn") << "F8_E4M3" << 3;
        QTest::newRow("e5m2") << "F8_E5M2" << 2;
    }
    void allCodesAreTorchs() {
        QFETCH(QString, dtype);
        QFETCH(int, mantissa);
        const std::string codes = all_codes();
        const Weights weights = opened({{"w.weight", dtype.toStdString(), {256}, codes}});
        const at::ScalarType type = made_dtype(*dtype_named(dtype.toStdString()));
        const at::Tensor torchs = at::arange(256, at::kByte).view(type).to(at::kFloat),
                         ours = weights.take("w.weight", {256});
        QCOMPARE(ours.scalar_type(), at::kFloat);
        for (int code = 0; code < 256; ++code) {
            const auto index = static_cast<size_t>(code);
            const double number = ours[code].item<float>();
            QVERIFY2(is_same(number, torchs[code].item<float>()), std::to_string(code).c_str());
            QVERIFY2(is_same(number, number_of_code(code, mantissa)), std::to_string(code).c_str());
            const TensorEntry entry{.dtype = *dtype_named(dtype.toStdString()),
                                    .shape = {},
                                    .bytes = std::string_view(codes).substr(index, 1)};
            QVERIFY2(is_same(number, number_of(entry).value()), std::to_string(code).c_str());
        }
    }

    void numbersAreMultipliedByTheirScales_data() {
        QTest::addColumn<std::vector<int64_t>>("shape");
        QTest::addColumn<std::vector<float>>("scales");
        QTest::addColumn<std::vector<float>>("each");  // of the weight, row by row
        using Shape = std::vector<int64_t>;
        using Numbers = std::vector<float>;
        const float third = 1.0f / 3;
        QTest::newRow("one") << Shape{} << Numbers{third} << Numbers(8, third);
        QTest::newRow("one as a list") << Shape{1} << Numbers{0.7f} << Numbers(8, 0.7f);
        QTest::newRow("rows") << Shape{4} << Numbers{1, 2, 3, 4} << Numbers{1, 1, 2, 2, 3, 3, 4, 4};
        QTest::newRow("rows of one column") << Shape{4, 1} << Numbers{1, 2, 3, 4} << Numbers{1, 1, 2, 2, 3, 3, 4, 4};
        QTest::newRow("blocks") << Shape{2, 2} << Numbers{1, 2, 3, 4} << Numbers{1, 2, 1, 2, 3, 4, 3, 4};
        QTest::newRow("blocks of rows") << Shape{2, 1} << Numbers{5, 6} << Numbers{5, 5, 5, 5, 6, 6, 6, 6};
    }
    void numbersAreMultipliedByTheirScales() {
        QFETCH(std::vector<int64_t>, shape);
        QFETCH(std::vector<float>, scales);
        QFETCH(std::vector<float>, each);
        const std::string codes = all_codes().substr(0x31, 8);
        const FileTensor stored{"a.weight", "F8_E4M3", {4, 2}, codes};
        const Weights weights = opened({stored, {"a.weight_scale", "F32", shape, bytes_of(scales)}});
        const at::Tensor plain = opened({stored}, "plain").take("a.weight", {4, 2});
        const at::Tensor expected = plain * at::tensor(each).view({4, 2});
        QVERIFY(at::equal(weights.take("a.weight", {4, 2}), expected));
        QVERIFY(at::equal(weights.take_as_stored("a.weight", {4, 2}), expected));
        QVERIFY(weights.untaken().empty());
        const Weights half = opened({stored, {"a.weight_scale", "F32", shape, bytes_of(scales)}}, "half", at::kHalf);
        QVERIFY(at::equal(half.take("a.weight", {4, 2}), expected.to(at::kHalf)));
    }

    /// As they are on cards.
    void tensorOperationsGiveTheSameNumbers_data() { numbersAreMultipliedByTheirScales_data(); }
    void tensorOperationsGiveTheSameNumbers() {
        QFETCH(std::vector<int64_t>, shape);
        QFETCH(std::vector<float>, scales);
        const std::string codes = all_codes().substr(0x31, 8), bytes = bytes_of(scales);
        TensorEntry entry{.dtype = Dtype::F8_E4M3, .shape = {4, 2}, .bytes = codes};
        entry.scale = std::make_shared<const TensorEntry>(TensorEntry{.shape = shape, .bytes = bytes});
        const at::Tensor stored = at::tensor(std::vector<uint8_t>(codes.begin(), codes.end()));
        const PackedTensor packed{stored, at::tensor(scales).view(shape_of_scale(entry))};
        QVERIFY(at::equal(unpacked(entry, packed, at::kFloat), make_tensor(entry, nullptr)));
        at::Tensor written = at::empty({4, 2}, at::kHalf);
        write_numbers(entry, nullptr, written);
        QVERIFY(at::equal(unpacked(entry, packed, at::kHalf), written));
        QVERIFY(at::equal(make_tensor(entry, nullptr).to(at::kHalf), written));
    }

    /// More than are unpacked at a time.
    void tensorOperationsGiveTheSameNumbersInParts_data() {
        QTest::addColumn<std::vector<int64_t>>("shape");
        QTest::addColumn<bool>("transposed");
        QTest::newRow("none") << std::vector<int64_t>{0} << false;
        QTest::newRow("one") << std::vector<int64_t>{} << false;
        QTest::newRow("one, transposed") << std::vector<int64_t>{} << true;
        QTest::newRow("of each row") << std::vector<int64_t>{4200, 1} << false;
        QTest::newRow("of each row, transposed") << std::vector<int64_t>{4200, 1} << true;
        QTest::newRow("of blocks") << std::vector<int64_t>{3, 8} << false;
    }
    void tensorOperationsGiveTheSameNumbersInParts() {
        QFETCH(std::vector<int64_t>, shape);
        QFETCH(bool, transposed);
        const int64_t rows = 4200, columns = 1024;
        std::string codes;
        while (std::ssize(codes) < rows * columns) codes += all_codes().substr(0x11, 83);
        codes.resize(static_cast<size_t>(rows * columns));
        std::vector<float> scales;
        for (int64_t left = c10::multiply_integers(shape); left > 0; --left)
            scales.push_back(0.37f * static_cast<float>(left));
        const std::string bytes = bytes_of(scales);
        TensorEntry entry{.dtype = Dtype::F8_E4M3, .shape = {rows, columns}, .transposed = transposed, .bytes = codes};
        PackedTensor packed{at::tensor(std::vector<uint8_t>(codes.begin(), codes.end()))};
        if (!scales.empty()) {
            entry.scale = std::make_shared<const TensorEntry>(TensorEntry{.shape = shape, .bytes = bytes});
            packed.scale = at::tensor(scales).view(shape_of_scale(entry));
        }
        QVERIFY(at::equal(unpacked(entry, packed, at::kHalf), make_tensor(entry, nullptr).to(at::kHalf)));
    }

    void fusedMatricesGiveTheirPartsTheirScales() {
        const std::string codes = all_codes().substr(0x31, 12);
        const auto parts_of = [&](const std::vector<int64_t>& shape, const std::vector<float>& scales) {
            const std::string bytes = bytes_of(scales);
            TensorEntry whole{.dtype = Dtype::F8_E4M3, .shape = {6, 2}, .bytes = codes};
            whole.scale = std::make_shared<const TensorEntry>(TensorEntry{.shape = shape, .bytes = bytes});
            const TensorEntries tensors = {{"qkv", whole}};
            const CheckpointPart part({"a.safetensors", tensors, "any", "choose another."}, "");
            TensorEntries split;
            part.split_rows("qkv", 2, {{"q"}, {"k"}, {"v"}}, split);
            std::vector<at::Tensor> made;
            for (const char* name : {"q", "k", "v"}) made.push_back(make_tensor(split.at(name), nullptr));
            QVERIFY(at::equal(at::cat(made), make_tensor(whole, nullptr)));
        };
        parts_of({}, {0.5f});
        parts_of({6, 1}, {1, 2, 3, 4, 5, 6});
        parts_of({3, 2}, {1, 2, 3, 4, 5, 6});
        parts_of({1, 2}, {7, 8});
        QVERIFY(error_of([&] {
                    parts_of({2, 1}, {1, 2});
                }).find("cannot be split into 3 projections") != std::string::npos);
    }

    void kernelsHaveScalesOfRows() {
        const Weights weights = opened({{"a.weight", "F8_E5M2", {2, 1, 1, 2}, all_codes().substr(0x3c, 4)},
                                        {"a.scale_weight", "F16", {2}, bytes_of<uint16_t>({0x4000, 0x4400})}});
        const at::Tensor expected = at::tensor({2.0f, 2.5f, 6.0f, 7.0f}).view({2, 1, 1, 2});
        QVERIFY(at::equal(weights.take("a.weight", {2, 1, 1, 2}), expected));
    }

    void whatIsNoNumberStaysNone() {
        const Weights weights =
            opened({{"a.weight", "F8_E4M3", {2, 1}, "\x7f\xff"}, {"a.scale_weight", "F32", {}, bytes_of<float>({2})}});
        QVERIFY(weights.take("a.weight", {2, 1}).isnan().all().item<bool>());
    }

private:
    Weights opened(const std::vector<FileTensor>& tensors, const char* name = "w",
                   at::ScalarType dtype = at::kFloat) const {
        const std::string file = folder_.filePath(name).toStdString() + ".safetensors";
        write_bytes(file, tensors_file(tensors));
        return Weights::open(file, {.dtype = dtype});
    }

    QTemporaryDir folder_;
};

FANLIGHT_TEST(TestScaledWeights)
#include "tst_scaled_weights.moc"
