// Products of our own against ATen's, and their independence of whatever is computed beside them.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <QTest>

#include "core/layers/packed_kernels.h"
#include "core/layers/packed_matrix.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstPackedMatrix : public QObject {
    Q_OBJECT

    /// A row for each kernel that this machine can run.
    static void kernels_data() {
        QTest::addColumn<int>("instructions");
        QTest::addColumn<int>("dtype");
        const std::pair<const char*, packed_kernels::Instructions> names[] = {
            {"plain", packed_kernels::Instructions::Plain},
            {"AVX2", packed_kernels::Instructions::Avx2},
            {"AVX-512", packed_kernels::Instructions::Avx512},
        };
        for (const auto& [name, instructions] : names)
            for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf})
                if (packed_kernels::has(instructions))
                    QTest::addRow("%s, %s", name, c10::toString(dtype))
                        << static_cast<int>(instructions) << static_cast<int>(dtype);
    }

private Q_SLOTS:
    void init() { at::manual_seed(3); }
    void cleanup() { at::set_num_threads(1); }

    void products_data() {
        QTest::addColumn<int>("in");
        QTest::addColumn<int>("out");
        for (const int in : {1, 16, 50, 640, 1100})
            for (const int out : {1, 3, 32, 37, 1000}) QTest::addRow("%d, %d", in, out) << in << out;
    }
    void products() {
        QFETCH(int, in);
        QFETCH(int, out);
        const at::Tensor weight = at::randn({out, in}), bias = at::randn({out}), kept = bias.clone();
        const at::Tensor x = at::randn({2, 13, in});
        const PackedMatrix packed(weight), transposed(weight.t().contiguous().t());
        const at::Tensor expected = at::linear(x.to(at::kDouble), weight.to(at::kDouble), bias.to(at::kDouble));
        const auto differs_by = [&](const at::Tensor& y) { return (y - expected).abs().max().item<double>(); };
        const at::Tensor y = packed.multiply(x, bias);
        QVERIFY(y.is_contiguous() && y.sizes() == expected.sizes() && differs_by(y) < 2e-4);
        QVERIFY(at::equal(transposed.multiply(x, bias), y));
        QVERIFY(differs_by(packed.multiply(x, {}) + bias) < 2e-4);
        QVERIFY(at::equal(packed.multiply(x.transpose(0, 1), bias), y.transpose(0, 1)));
        QVERIFY(at::equal(bias, kept));
    }

    /// The same bits alone, among any number of rows, and with any number of threads.
    void rowsDoNotDependOnEachOther() {
        const at::Tensor weight = at::randn({1000, 1100}), bias = at::randn({1000}), x = at::randn({40, 1100});
        const PackedMatrix packed(weight);
        const at::Tensor y = packed.multiply(x, bias);
        for (int64_t rows = 1; rows <= 40; ++rows) {
            at::set_num_threads(1 + static_cast<int>(rows % 3));
            QVERIFY(at::equal(packed.multiply(x.narrow(0, 40 - rows, rows), bias), y.narrow(0, 40 - rows, rows)));
        }
    }

    void eachKernelMultiplies_data() { kernels_data(); }
    void eachKernelMultiplies() {
        QFETCH(int, instructions);
        QFETCH(int, dtype);
        const auto with = static_cast<packed_kernels::Instructions>(instructions);
        for (const int64_t in : {1, 7, 530})
            for (const int64_t out : {1, 31, 65, 100}) {
                const at::Tensor weight = at::randn({out, in}).to(static_cast<at::ScalarType>(dtype));
                const at::Tensor bias = at::randn({out}), all = at::randn({33, in});
                const PackedMatrix packed(weight);
                const at::Tensor exact = at::linear(all.to(at::kDouble), weight.to(at::kDouble), bias.to(at::kDouble));
                for (int64_t rows = 1; rows <= 33; ++rows) {
                    const at::Tensor y = packed.multiply(all.narrow(0, 0, rows), bias, with);
                    QVERIFY(y.is_contiguous() && y.size(0) == rows && y.size(1) == out);
                    QVERIFY((y - exact.narrow(0, 0, rows)).abs().max().item<double>() < 2e-4);
                }
            }
    }

    /// The same bits whatever is beside a row, numbers that are not finite included, and wherever it is.
    void noKernelLetsRowsDependOnEachOther_data() { kernels_data(); }
    void noKernelLetsRowsDependOnEachOther() {
        QFETCH(int, instructions);
        QFETCH(int, dtype);
        const auto with = static_cast<packed_kernels::Instructions>(instructions);
        const at::Tensor weight = at::randn({77, 530}).to(static_cast<at::ScalarType>(dtype)), bias = at::randn({77});
        const at::Tensor x = at::randn({33, 530});
        const PackedMatrix packed(weight);
        const at::Tensor y = packed.multiply(x, bias, with);
        for (int64_t row = 0; row < 33; ++row)
            QVERIFY(at::equal(packed.multiply(x.narrow(0, row, 1), bias, with), y.narrow(0, row, 1)));
        for (int64_t rows = 2; rows <= 32; ++rows)
            QVERIFY(at::equal(packed.multiply(x.narrow(0, 33 - rows, rows), bias, with), y.narrow(0, 33 - rows, rows)));
        at::Tensor other = at::full_like(x, NAN);
        other[20].copy_(x[20]);
        QVERIFY(at::equal(packed.multiply(other, bias, with)[20], y[20]));
    }

    /// The numbers themselves, also the smallest and the largest, and so the products of float32, bit for bit.
    void eachKernelConvertsExactly_data() { kernels_data(); }
    void eachKernelConvertsExactly() {
        QFETCH(int, instructions);
        QFETCH(int, dtype);
        const auto with = static_cast<packed_kernels::Instructions>(instructions);
        at::Tensor weight = at::randn({70, 64});
        weight[0].mul_(1e-7);  // subnormal in float16
        weight[1].mul_(6e4).clamp_(-65504, 65504);
        weight[2].zero_();
        weight[3].mul_(-0.0);
        weight = weight.to(static_cast<at::ScalarType>(dtype));
        QVERIFY(PackedMatrix::suits(weight));
        const PackedMatrix packed(weight), wide(weight.to(at::kFloat));
        const at::Tensor x = at::randn({9, 64}), bias = at::randn({70}), identity = at::eye(64);
        QVERIFY(at::equal(packed.multiply(identity, {}, with).t(), weight.to(at::kFloat)));
        QVERIFY(at::equal(packed.multiply(x, bias, with), wide.multiply(x, bias, with)));
    }

    void theWidestKernelIsTheUsualOne() {
        const at::Tensor x = at::randn({9, 300}), bias = at::randn({70});
        const PackedMatrix packed(at::randn({70, 300}));
        QVERIFY(packed_kernels::has(packed_kernels::widest()) &&
                packed_kernels::has(packed_kernels::Instructions::Plain));
        QVERIFY(at::equal(packed.multiply(x, bias), packed.multiply(x, bias, packed_kernels::widest())));
    }

    /// The weight is turned on the way by the first product, and for good by the second.
    void everyProductIsTheSame_data() {
        QTest::addColumn<int>("dtype");
        QTest::newRow("float32") << static_cast<int>(at::kFloat);
        QTest::newRow("bfloat16") << static_cast<int>(at::kBFloat16);
        QTest::newRow("float16") << static_cast<int>(at::kHalf);
    }
    void everyProductIsTheSame() {
        QFETCH(int, dtype);
        const c10::InferenceMode inference;
        const at::Tensor weight = at::randn({1000, 1300}).to(static_cast<at::ScalarType>(dtype));
        const at::Tensor x = at::randn({3, 1300});
        for (const at::Tensor& given : {weight, weight.t().contiguous().t()}) {
            int packed = 0;
            const PackedMatrix matrix(given, [&] { ++packed; });
            const PackedMatrix copy = matrix;
            const at::Tensor first = matrix.multiply(x, {});
            QCOMPARE(packed, 0);
            at::set_num_threads(3);
            QVERIFY(at::equal(matrix.multiply(x, {}), first));
            at::set_num_threads(1);
            QVERIFY(at::equal(copy.multiply(x, {}), first));
            QCOMPARE(packed, 1);
        }
    }

    void noRowsAreNoProduct() {
        const PackedMatrix packed(at::randn({5, 7}));
        QVERIFY(packed.multiply(at::empty({0, 7}), {}).sizes() == at::IntArrayRef({0, 5}));
    }

    void numbersThatAreNotFiniteStaySo() {
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
            at::Tensor weight = at::ones({3, 4});
            weight[1][2] = INFINITY;
            weight[2][0] = NAN;
            const at::Tensor y = PackedMatrix(weight.to(dtype)).multiply(at::ones({1, 4}), {});
            QVERIFY(y[0][0].item<float>() == 4 && std::isinf(y[0][1].item<float>()) &&
                    std::isnan(y[0][2].item<float>()));
        }
    }

    void otherWeightsAreNotPacked() {
        QVERIFY(PackedMatrix::suits(at::empty({2, 3})));
        QVERIFY(!PackedMatrix::suits(at::empty({2, 3}, at::kDouble)));
        QVERIFY(!PackedMatrix::suits(at::empty({2, 3, 4})) && !PackedMatrix::suits(at::empty({0, 3})));
        QVERIFY(!PackedMatrix().defined());
    }
};

FANLIGHT_TEST(TstPackedMatrix)
#include "tst_packed_matrix.moc"
