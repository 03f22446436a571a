// The first and last layers of decoders, where float32 and small models do not show a difference.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/models/language_layers.h"
#include "core/weights/weights.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// Weights of a layer: every number of "weight" [rows, width] and "bias" [rows] is `value`.
class Constant {
public:
    Constant(int64_t rows, int64_t width, float value) {
        const auto weight = static_cast<size_t>(rows * width) * sizeof(float),
                   bias = static_cast<size_t>(rows) * sizeof(float);
        Json header;
        header["weight"] = {{"dtype", "F32"}, {"shape", {rows, width}}, {"data_offsets", {0, weight}}};
        header["bias"] = {{"dtype", "F32"}, {"shape", {rows}}, {"data_offsets", {weight, weight + bias}}};
        const std::vector<float> numbers((weight + bias) / sizeof(float), value);
        write_bytes(file(), safetensors_bytes(header.dump(), bytes_of(numbers)));
    }

    Weights weights(at::ScalarType dtype) const { return Weights::open(file(), {.dtype = dtype}); }

private:
    std::filesystem::path file() const { return folder_.path().toStdString() + "/weights.safetensors"; }

    QTemporaryDir folder_;
};

double largest(const Layer::Function& layer, at::Tensor hidden) {
    State state{.hidden = std::move(hidden)};
    state.text = std::make_shared<const TextStep>();
    layer(state);
    return state.hidden.max().item<double>();
}

}  // namespace

class TstLanguageLayers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// As in Gemma: in bfloat16 the square root of 3072 is 55.5 and not 55.4256, by which 9 would become 498.
    void theScaleOfEmbeddingsIsRoundedFirst() {
        const Constant nine(2, 4, 9);
        const double root = std::sqrt(3072.0);
        const at::Tensor id = at::zeros({1, 1}, at::kLong);
        QCOMPARE(largest(token_embedding(nine.weights(at::kBFloat16), 2, 4, root), id), 500.0);
        QVERIFY(std::abs(largest(token_embedding(nine.weights(at::kFloat), 2, 4, root), id) - 9 * root) < 1e-4);
        QCOMPARE(largest(token_embedding(nine.weights(at::kFloat), 2, 4), id), 9.0);
    }

    void headsMayHaveABiasAndACap() {
        const Constant two(3, 4, 2);
        const at::Tensor x = at::ones({1, 1, 4});
        const auto logit = [&](const DecoderHead& head) {
            return largest(language_head(two.weights(at::kFloat), 4, head), x);
        };
        QCOMPARE(logit({.name = "lm_head", .outputs = 3}), 8.0);
        QCOMPARE(logit({.name = "lm_head", .outputs = 3, .has_bias = true}), 10.0);
        const double capped = logit({.name = "lm_head", .outputs = 3, .cap = 5});
        QVERIFY(std::abs(capped - 5 * std::tanh(8.0 / 5)) < 1e-6);
    }
};

FANLIGHT_TEST(TstLanguageLayers)
#include "tst_language_layers.moc"
