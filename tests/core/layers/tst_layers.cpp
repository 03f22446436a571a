#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QtTest>

#include "core/arithmetic/convolution.h"
#include "core/layers/fused.h"
#include "core/layers/layers.h"
#include "core/layers/shapes.h"
#include "core/layers/taps.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstLayers : public QObject {
    Q_OBJECT

    static bool close(const at::Tensor& a, const at::Tensor& b) { return at::allclose(a, b, 1e-5, 5e-6); }

private Q_SLOTS:
    void initTestCase() {
        qputenv("MKL_CBWR", "AUTO,STRICT");  // as in workers
        at::manual_seed(1);
    }

    void dimsUnpackAShapeOrNameTheRank() {
        const auto [B, L] = dims<2>(at::zeros({2, 3}));
        QCOMPARE(B, int64_t(2));
        QCOMPARE(L, int64_t(3));
        QVERIFY_EXCEPTION_THROWN(dims<4>(at::zeros({2, 3})), Error);
        try {
            dims<4>(at::zeros({2, 3}));
        } catch (const Error& error) {
            QCOMPARE(QString(error.what()), QString("expected rank 4, got shape [2, 3]"));
        }
    }

    void activationsFollowTheirFormulas() {
        const at::Tensor x = at::linspace(-6, 6, 49);
        QVERIFY(close(activation("silu")(x), x * at::sigmoid(x)));
        QVERIFY(close(activation("gelu")(x), 0.5 * x * (1 + at::erf(x / std::sqrt(2.0)))));
        QVERIFY(close(activation("quick_gelu")(x), x * at::sigmoid(1.702 * x)));
        QVERIFY(close(activation("mish")(x), x * at::tanh(at::softplus(x))));
        QVERIFY_EXCEPTION_THROWN(activation("snake"), Error);
    }

    void attentionIsASoftmaxOverEachHead() {
        const at::Tensor q = at::randn({2, 5, 6}), k = at::randn({2, 4, 6}), v = at::randn({2, 4, 6});
        const at::Tensor actual = attend(q, k, v, 2);
        for (int64_t head = 0; head < 2; ++head) {
            const auto part = [&](const at::Tensor& t) { return t.slice(2, 3 * head, 3 * head + 3); };
            const at::Tensor weights = at::softmax(at::matmul(part(q), part(k).transpose(1, 2)) / std::sqrt(3.0), -1);
            QVERIFY(close(part(actual), at::matmul(weights, part(v))));
        }
    }

    void convolutionsDoNotDependOnThreads_data() {
        QTest::addColumn<std::vector<int64_t>>("shape");  // batch, in, out, side, kernel, stride
        QTest::addColumn<bool>("channels_last");
        const auto row = [](const char* name, const std::vector<int64_t>& shape, bool channels_last) {
            QTest::newRow(name) << shape << channels_last;
        };
        row("from latents", {2, 4, 96, 16, 3, 1}, true);
        row("few pixels", {1, 128, 128, 8, 3, 1}, true);
        row("few pixels, planes", {1, 192, 64, 8, 3, 1}, false);
        row("an odd number of channels", {2, 20, 75, 9, 3, 1}, true);
        row("downwards", {3, 64, 64, 15, 3, 2}, true);
        row("large pictures", {2, 32, 48, 40, 3, 1}, true);
        row("many channels", {2, 320, 320, 8, 3, 1}, false);
        row("to pixels", {1, 32, 3, 64, 3, 1}, true);
        row("pointwise", {2, 192, 96, 16, 1, 1}, true);
        row("pointwise, planes", {2, 640, 320, 32, 1, 1}, false);
    }

    void convolutionsDoNotDependOnThreads() {
        QFETCH(std::vector<int64_t>, shape);
        QFETCH(bool, channels_last);
        const int64_t B = shape[0], C = shape[1], O = shape[2], side = shape[3], k = shape[4];
        const auto format = channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
        const at::Tensor x = at::randn({B, C, side, side}).contiguous(format), bias = at::randn({O}),
                         weight = at::randn({O, C, k, k}).contiguous(format);
        const int before = at::get_num_threads();
        at::Tensor first;
        for (const int threads : {1, 2, 3, 4, 7, 16}) {
            at::set_num_threads(threads);
            const at::Tensor y = convolve(x, weight, bias, shape[5], k / 2);
            if (!first.defined()) first = y;
            QVERIFY2(at::equal(y, first), qPrintable(QString("%1 threads").arg(threads)));
        }
        at::set_num_threads(before);
        QVERIFY(at::allclose(first, at::conv2d(x, weight, bias, shape[5], k / 2), 1e-4, 1e-3));
        QVERIFY(first.is_contiguous(format));
    }

    void fusedNormsEqualTheirOperators_data() {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("groups");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::newRow("one channel a group") << 6 << 6 << 3 << 5;
        QTest::newRow("one group") << 5 << 1 << 2 << 2;
        QTest::newRow("wide") << 96 << 16 << 16 << 16;
        QTest::newRow("many pixels") << 8 << 4 << 61 << 47;
        QTest::newRow("one pixel") << 12 << 3 << 1 << 1;
    }
    void fusedNormsEqualTheirOperators() {
        QFETCH(int, channels);
        QFETCH(int, groups);
        QFETCH(int, height);
        QFETCH(int, width);
        const at::Tensor x =
            at::randn({3, channels, height, width}) * 3 + 20;  // a mean far from 0 is hard on the variance
        const at::Tensor weight = at::randn({channels}), bias = at::randn({channels});
        const at::Tensor pixels = x.contiguous(at::MemoryFormat::ChannelsLast);
        const at::Tensor expected =
            at::group_norm(x.to(at::kDouble), groups, weight.to(at::kDouble), bias.to(at::kDouble), 1e-5)
                .to(at::kFloat);
        const auto near = [&](const at::Tensor& actual, const at::Tensor& reference) {
            return at::allclose(actual, reference, 1e-4, 1e-4);
        };
        QVERIFY(near(group_norm(pixels, groups, weight, bias, 1e-5), expected));
        QVERIFY(near(group_norm_silu(pixels, groups, weight, bias, 1e-5), at::silu(expected)));
        QVERIFY(near(group_norm_silu(x, groups, weight, bias, 1e-5), at::silu(expected)));
        QVERIFY(group_norm_silu(pixels, groups, weight, bias, 1e-5).is_contiguous(at::MemoryFormat::ChannelsLast));
    }

    void fusedNormDoesNotDependOnThreadsOrNeighbours() {
        const at::Tensor x = at::randn({4, 24, 20, 20}).contiguous(at::MemoryFormat::ChannelsLast);
        const at::Tensor weight = at::randn({24}), bias = at::randn({24});
        const int threads = at::get_num_threads();
        at::set_num_threads(1);
        const at::Tensor alone =
            group_norm_silu(x.slice(0, 2, 3).contiguous(at::MemoryFormat::ChannelsLast), 8, weight, bias, 1e-5);
        at::set_num_threads(3);
        const at::Tensor together = group_norm_silu(x, 8, weight, bias, 1e-5).slice(0, 2, 3);
        at::set_num_threads(threads);
        QVERIFY(at::equal(alone, together));
    }

    void fusedGatesEqualTheirOperators() {
        const at::Tensor x = at::cat({at::randn({2, 7, 30}) * 4, at::full({1, 7, 30}, -200.0),
                                      at::full({1, 7, 30}, 200.0), at::zeros({1, 7, 30})});
        const auto halves = x.to(at::kDouble).chunk(2, -1);
        const at::Tensor expected = (halves[0] * at::gelu(halves[1])).to(at::kFloat);
        QVERIFY(close(geglu(x), expected));
        QVERIFY(close(geglu(x.transpose(0, 1)), expected.transpose(0, 1)));
    }

    void notANumberSurvivesTheFusedKernels() {
        const at::Tensor x = at::full({1, 4, 2, 2}, std::nan(""));
        QVERIFY(at::isnan(group_norm_silu(x.contiguous(at::MemoryFormat::ChannelsLast), 2, at::ones({4}),
                                          at::zeros({4}), 1e-5))
                    .all()
                    .item<bool>());
        QVERIFY(at::isnan(geglu(x)).all().item<bool>());
    }

    void tapsAreKeptOnlyWhileAScopeIsOpen() {
        tap("before", at::ones({1}));
        TapScope outer;
        {
            TapScope inner;
            tap("layer", at::ones({2}));
            QVERIFY(inner.tensors().contains("layer"));
        }
        tap("after", at::ones({3}));
        QCOMPARE(outer.tensors().size(), size_t(1));
        QVERIFY(outer.tensors().contains("after"));
    }
};

FANLIGHT_TEST(TstLayers)
#include "tst_layers.moc"
