// Kernels of our own against the ATen operators that they stand for.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/layers/fused_transformer.h"
#include "core/layers/layers.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

double farthest(const at::Tensor& a, const at::Tensor& b) { return (a.to(at::kDouble) - b).abs().max().item<double>(); }

}  // namespace

class TstFusedDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(3); }

    void norms_data() {
        QTest::addColumn<int>("width");
        for (const int width : {1, 7, 16, 64, 577}) QTest::addRow("%d", width) << width;
    }
    void norms() {
        QFETCH(int, width);
        const at::Tensor x = at::randn({3, 5, width}) * 4, weight = at::randn({width});
        QVERIFY(farthest(rms_norm(x, weight, 1e-5), rms_norm(x.to(at::kDouble), weight.to(at::kDouble), 1e-5)) < 1e-5);
        const at::Tensor half = rms_norm(x.to(at::kBFloat16), weight.to(at::kBFloat16), 1e-5);
        QVERIFY(half.scalar_type() == at::kBFloat16 && farthest(half, rms_norm(x, weight, 1e-5)) < 0.1);
        // With a weight of float32, only the result is rounded.
        const at::Tensor rounded = x.to(at::kBFloat16), late = rms_norm(rounded, weight, 1e-5);
        QVERIFY(late.scalar_type() == at::kBFloat16);
        const at::Tensor exact = rms_norm(rounded.to(at::kFloat), weight, 1e-5);
        QVERIFY(((late - exact).abs() <= exact.abs() / 250).all().item<bool>());
    }

    void gates() {
        const at::Tensor gate = at::randn({3, 5, 41}) * 8, up = at::randn({3, 5, 41});
        QVERIFY(farthest(swiglu(gate, up), at::silu(gate.to(at::kDouble)) * up) < 1e-5);
    }

    /// Also of the columns of a larger product, and next to others.
    void gatesOfOneProduct() {
        const at::Tensor all = at::randn({1, 5, 100}) * 3, x = all.narrow(-1, 9, 82);
        const at::Tensor expected =
            at::silu(x.narrow(-1, 0, 41).to(at::kDouble)) * x.narrow(-1, 41, 41).to(at::kDouble);
        QVERIFY(farthest(swiglu(x), expected) < 1e-4);
        QVERIFY(at::equal(swiglu(x), swiglu(x.contiguous())));
        QVERIFY(farthest(swiglu(x.to(at::kBFloat16)), expected) < 0.5);
    }

    void modulations() {
        const at::Tensor x = at::randn({2, 5, 41}) * 4, y = at::randn({2, 5, 41}), scale = at::randn({41}),
                         shift = at::randn({41});
        const at::Tensor wide = x.to(at::kDouble);
        const at::Tensor normed = at::layer_norm(wide, {41}, {}, {}, 1e-6);
        QVERIFY(farthest(modulated_layer_norm(x, 1e-6, scale, shift), normed * (1 + scale) + shift) < 1e-5);
        QVERIFY(farthest(add_gated(x, y, scale), wide + scale * y) < 1e-5);
        QVERIFY(farthest(add_gated(x.to(at::kBFloat16), y, scale), wide + scale * y) < 0.2);
    }

    void gelus() {
        const at::Tensor x = at::randn({3, 5, 41}) * 4;
        QVERIFY(farthest(gelu_tanh(x), at::gelu(x.to(at::kDouble), "tanh")) < 1e-5);
        QVERIFY(farthest(gelu_tanh(at::tensor({-90.0f, -1e4f, 0.0f, 90.0f})), at::tensor({0, 0, 0, 90})) < 1e-30);
    }

    /// The same bits for a row whichever others there are, though its length is no multiple of a vector's.
    void activationsDoNotDependOnTheNumberOfRows() {
        const at::Tensor x = at::randn({7, 41}) * 4;
        for (const char* name : {"gelu_new", "gelu", "silu", "relu", "mish", "quick_gelu", "tanh"}) {
            const RowActivation act(name);
            const at::Tensor all = act(x);
            QVERIFY(farthest(all, activation(name)(x)) < 1e-5);
            for (int64_t row = 0; row < 7; ++row) QVERIFY(at::equal(act(x[row]), all[row]));
            QVERIFY(at::equal(act(x.narrow(0, 2, 3)), all.narrow(0, 2, 3)));
        }
    }

    void rotations() {
        const at::Tensor x = at::randn({2, 3, 5, 10}), angles = at::randn({2, 3, 1, 4});
        const at::Tensor cos = angles.cos(), sin = angles.sin();
        const at::Tensor made = rotated(x, cos, sin);
        QVERIFY(farthest(made, rotated(x.to(at::kDouble), cos, sin)) < 1e-6);
        QVERIFY(at::equal(made.narrow(-1, 8, 2), x.narrow(-1, 8, 2)));
    }

    void rotationsOfNeighbours() {
        const at::Tensor x = at::randn({2, 3, 5, 8}), angles = at::randn({3, 4}), cos = angles.cos(),
                         sin = angles.sin();
        const at::Tensor made = rotated_pairs(x, cos, sin);
        QVERIFY(farthest(made, rotated_pairs(x.to(at::kDouble), cos, sin)) < 1e-6);
        const at::Tensor weight = at::randn({8}), all = at::randn({1, 3, 100}),
                         view = all.narrow(-1, 7, 40).unflatten(-1, {5, 8});
        for (const at::Tensor& heads : {x, view}) {
            const at::Tensor both = normed_rotated_pairs(heads, weight, 1e-6, cos, sin);
            QVERIFY(both.is_contiguous());
            QVERIFY(farthest(both, rotated_pairs(rms_norm(heads.contiguous(), weight, 1e-6), cos, sin)) < 1e-6);
        }
    }

    void attention_data() {
        QTest::addColumn<int>("head_dim");
        QTest::addColumn<int>("group");
        QTest::addColumn<double>("cap");
        for (const int head_dim : {16, 64, 80, 20})
            for (const int group : {1, 3})
                for (const double cap : {0.0, 1.5})
                    QTest::addRow("%d, %d, %g", head_dim, group, cap) << head_dim << group << cap;
    }
    void attention() {
        QFETCH(int, head_dim);
        QFETCH(int, group);
        QFETCH(double, cap);
        const at::Tensor q = at::randn({2, 2 * group, 1, head_dim}), k = at::randn({3, 2, 40, head_dim}),
                         v = at::randn({3, 2, 40, head_dim});
        const at::Tensor made = attend_tokens(q, k, v, {{2, 3, 20}, {0, 0, 1}}, {.scale = 0.3, .cap = cap});
        for (int64_t row = 0; row < 2; ++row)
            for (int64_t head = 0; head < 2 * group; ++head) {
                const int64_t slot = row == 0 ? 2 : 0, first = row == 0 ? 3 : 0, count = row == 0 ? 20 : 1;
                const auto seen = [&](const at::Tensor& t) {
                    return t[slot][head / group].narrow(0, first, count).to(at::kDouble);
                };
                const at::Tensor scores = at::matmul(seen(k), q[row][head][0].to(at::kDouble)) * 0.3;
                const at::Tensor capped = cap > 0 ? cap * (scores / cap).tanh() : scores;
                const at::Tensor expected = at::matmul(capped.softmax(0), seen(v));
                QVERIFY(farthest(made[row][head][0], expected) < 1e-5);
            }
    }

    void scoresDependOnDistances_data() {
        QTest::addColumn<int>("distances");
        for (const int distances : {1, 5, 20, 40}) QTest::addRow("%d", distances) << distances;
    }
    void scoresDependOnDistances() {
        QFETCH(int, distances);
        const at::Tensor q = at::randn({1, 4, 1, 16}), k = at::randn({1, 2, 40, 16}), v = at::randn({1, 2, 40, 16}),
                         by_distance = at::randn({4, distances});
        const at::Tensor made = attend_tokens(q, k, v, {{0, 3, 20}}, {.scale = 0.3, .by_distance = by_distance});
        for (int64_t head = 0; head < 4; ++head) {
            at::Tensor scores = at::matmul(k[0][head / 2].narrow(0, 3, 20), q[0][head][0]) * 0.3;
            for (int64_t key = 0; key < 20; ++key)
                scores[key] += by_distance[head][std::max<int64_t>(0, distances - 1 - (19 - key))];
            QVERIFY(farthest(made[0][head][0], at::matmul(scores.softmax(0), v[0][head / 2].narrow(0, 3, 20))) < 1e-5);
        }
    }

    void threadsChangeNothing() {
        const at::Tensor q = at::randn({8, 6, 1, 64}), k = at::randn({8, 3, 64, 64}), v = at::randn({8, 3, 64, 64}),
                         x = at::randn({8, 64, 512}), weight = at::randn({512});
        std::vector<SeenKeys> seen;
        for (int64_t slot = 0; slot < 8; ++slot) seen.push_back({slot, 0, 33});
        at::set_num_threads(1);
        const at::Tensor a = attend_tokens(q, k, v, seen, {}), b = rms_norm(x, weight, 1e-6), c = swiglu(x, x),
                         d = add_gated(x, x, weight), e = modulated_layer_norm(x, 1e-6, weight, weight), f = swiglu(x);
        at::set_num_threads(2);
        QVERIFY(at::equal(attend_tokens(q, k, v, seen, {}), a) && at::equal(rms_norm(x, weight, 1e-6), b) &&
                at::equal(swiglu(x, x), c) && at::equal(add_gated(x, x, weight), d) &&
                at::equal(modulated_layer_norm(x, 1e-6, weight, weight), e) && at::equal(swiglu(x), f));
    }
};

FANLIGHT_TEST(TstFusedDecoder)
#include "tst_fused_transformer.moc"
