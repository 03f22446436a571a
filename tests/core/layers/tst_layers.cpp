#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QtTest>

#include "core/layers/fused.h"
#include "core/layers/layers.h"
#include "core/layers/shapes.h"
#include "core/layers/taps.h"

using namespace fanlight;

class TstLayers : public QObject {
    Q_OBJECT

    static bool close(const at::Tensor& a, const at::Tensor& b) { return at::allclose(a, b, 1e-5, 5e-6); }

private Q_SLOTS:
    void initTestCase() { at::manual_seed(1); }

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
            at::randn({3, channels, height, width}) * 3 + 20;  // a mean far from 0 strains the variance
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

QTEST_APPLESS_MAIN(TstLayers)
#include "tst_layers.moc"
