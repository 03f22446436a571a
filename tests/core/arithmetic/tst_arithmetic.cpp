#include "core/arithmetic/matrix_product.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <QTest>

#include "core/arithmetic/convolution.h"
#include "core/arithmetic/elementwise.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Products with the bits of one thread on any number of threads.
class TestArithmetic : public QObject {
    Q_OBJECT

    template <typename Compute>
    static void expectSameOnAnyThreads(const at::Tensor& reference, const Compute& compute) {
        at::set_num_threads(1);
        const at::Tensor one = compute();
        QVERIFY(one.is_contiguous());
        QVERIFY(at::allclose(one, reference, 1e-4, 1e-4));
        for (const int threads : {2, 3, 4, 8}) {
            at::set_num_threads(threads);
            QVERIFY2(at::equal(compute(), one), qPrintable(QString("%1 threads").arg(threads)));
        }
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("MKL_CBWR", "AUTO,STRICT");
        at::manual_seed(0);
    }
    void cleanup() { at::set_num_threads(1); }

    void linearLayersHaveTheSameBitsOnAnyNumberOfThreads() {
        const c10::InferenceMode inference;
        for (const int64_t M : {1, 2, 3, 7, 16, 77, 154, 512})
            for (const int64_t N : {1, 8, 20, 24, 40, 64, 80, 320, 1000})
                for (const int64_t K : {8, 20, 77, 320}) {
                    const at::Tensor x = at::randn({M, K}), weight = at::randn({N, K}), bias = at::randn({N});
                    expectSameOnAnyThreads(at::linear(x, weight, bias),
                                           [&] { return linear_product(x, weight, bias); });
                }
    }

    void shapesAreThoseOfATen_data() {
        QTest::addColumn<std::vector<int64_t>>("shape");
        QTest::newRow("a vector") << std::vector<int64_t>{24};
        QTest::newRow("images of rows") << std::vector<int64_t>{2, 3, 5, 24};
        QTest::newRow("nothing") << std::vector<int64_t>{0, 24};
    }

    void shapesAreThoseOfATen() {
        QFETCH(std::vector<int64_t>, shape);
        const c10::InferenceMode inference;
        const at::Tensor x = at::randn(shape), weight = at::randn({40, 24});
        expectSameOnAnyThreads(at::linear(x, weight), [&] { return linear_product(x, weight, {}); });
    }

    void orderInMemoryDoesNotMatter() {
        const c10::InferenceMode inference;
        const at::Tensor pixels = at::randn({2, 24, 33}), weight = at::randn({40, 24}), bias = at::randn({40});
        const at::Tensor x = pixels.transpose(1, 2);
        expectSameOnAnyThreads(at::linear(x, weight, bias), [&] { return linear_product(x, weight, bias); });
    }

    void matricesOfABatchAreMultipliedEach() {
        const c10::InferenceMode inference;
        for (const int64_t N : {5, 64, 1024, 4100}) {
            const at::Tensor matrix = at::randn({40, 24}), x = at::randn({3, 24, N});
            expectSameOnAnyThreads(at::matmul(matrix, x), [&] { return matrix_product(matrix, x); });
            const at::Tensor each = at::randn({2, 3, 7, 24}), keys = at::randn({2, 3, N, 24}).transpose(-2, -1);
            expectSameOnAnyThreads(at::matmul(each, keys), [&] { return matrix_product(each, keys); });
        }
    }

    void attentionOfAFewQueriesOfOneHeadToo() {
        const c10::InferenceMode inference;
        const at::Tensor q = at::randn({1, 1, 16, 40}), k = at::randn({1, 1, 1024, 40}),
                         v = at::randn({1, 1, 1024, 40});
        expectSameOnAnyThreads(at::scaled_dot_product_attention(q, k, v),
                               [&] { return dot_product_attention(q, k, v, {}).contiguous(); });
    }

    void numbersThatAreMadeOneByOneToo() {
        const c10::InferenceMode inference;
        for (const int64_t numbers : {40'000, 200'000}) {
            const at::Tensor x = at::randn({4, numbers});
            expectSameOnAnyThreads(at::silu(x), [&] { return elementwise(x, at::silu); });
            const at::Tensor columns = x.slice(1, 0, numbers - 1);
            expectSameOnAnyThreads(at::tanh(columns), [&] { return elementwise(columns, at::tanh); });
        }
    }

    void convolutionsToo_data() {
        QTest::addColumn<int>("in");
        QTest::addColumn<int>("out");
        QTest::addColumn<int>("kernel");
        QTest::newRow("1x1, few channels") << 16 << 24 << 1;
        QTest::newRow("1x1, many channels") << 64 << 320 << 1;
        QTest::newRow("3x3, few channels") << 16 << 24 << 3;
        QTest::newRow("3x3, many channels") << 24 << 200 << 3;
    }

    void convolutionsToo() {
        QFETCH(int, in);
        QFETCH(int, out);
        QFETCH(int, kernel);
        const c10::InferenceMode inference;
        const at::Tensor x = at::randn({2, in, 12, 20}), bias = at::randn({out});
        const at::Tensor weight = at::randn({out, in, kernel, kernel});
        for (const auto order : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
            const at::Tensor pixels = x.contiguous(order), ordered = weight.contiguous(order);
            expectSameOnAnyThreads(at::conv2d(x, weight, bias, 1, kernel / 2),
                                   [&] { return convolve(pixels, ordered, bias, 1, kernel / 2).contiguous(); });
        }
    }
};

FANLIGHT_TEST(TestArithmetic)
#include "tst_arithmetic.moc"
