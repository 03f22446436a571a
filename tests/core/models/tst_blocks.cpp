#include <QtTest>

#include "core/models/resnet.h"
#include "core/models/transformer_2d.h"
#include "tests/core/models/golden_network.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstBlocks : public QObject {
    Q_OBJECT

    static at::Tensor run(const std::string& name, const GoldenNetwork& golden) {
        const Weights w = golden.weights() / name;
        const at::Tensor x = golden.input("x");
        const TransformerOptions transformer{
            .channels = 8, .heads = 2, .head_dim = 4, .context_dim = 6, .layers = 2, .groups = 4};
        const TransformerOptions linear{.channels = 8,
                                        .heads = 2,
                                        .head_dim = 4,
                                        .context_dim = 6,
                                        .layers = 1,
                                        .groups = 4,
                                        .linear_projection = true,
                                        .only_cross_attention = true};
        const ResnetBlock2DOptions resnet{
            .in_channels = 8, .out_channels = 8, .time_width = 10, .groups = 4, .act = activation("silu")};
        const ResnetBlock2DOptions scaled{.in_channels = 8,
                                          .out_channels = 12,
                                          .time_width = 10,
                                          .groups = 4,
                                          .eps = 1e-6,
                                          .act = activation("silu"),
                                          .scale_shift = true,
                                          .output_scale = 2.0};
        const Conditioning text{golden.input("context")};
        Memory memory;
        if (name == "resnet") return ResnetBlock2D(w, resnet)(x, golden.input("temb"));
        if (name == "resnet_scale_shift") return ResnetBlock2D(w, scaled)(x, golden.input("temb"));
        if (name == "transformer") return Transformer2DModel(w, transformer)(x, text, memory);
        if (name == "transformer_linear") return Transformer2DModel(w, linear)(x, text, memory);
        if (name == "downsample") return Downsample2D(w, 8, 1)(x);
        if (name == "downsample_unpadded") return Downsample2D(w, 8, 0)(x);
        return Upsample2D(w, 8)(x, {9, 11});
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void equalsDiffusers_data() {
        QTest::addColumn<std::string>("name");
        for (const char* name : {"resnet", "resnet_scale_shift", "transformer", "transformer_linear", "downsample",
                                 "downsample_unpadded", "upsample"})
            QTest::newRow(name) << std::string(name);
    }
    void equalsDiffusers() {
        QFETCH(std::string, name);
        const c10::InferenceMode inference;
        const GoldenNetwork golden("blocks");
        COMPARE_TENSORS(run(name, golden), golden.output(name), float32_tolerance);
    }

    void resultDoesNotDependOnTheOtherPictures() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("blocks");
        const Transformer2DModel transformer(
            golden.weights() / "transformer",
            {.channels = 8, .heads = 2, .head_dim = 4, .context_dim = 6, .layers = 2, .groups = 4});
        const at::Tensor x = golden.input("x"), states = golden.input("context");
        Memory memory, of_swapped;
        const at::Tensor swapped = transformer(x.flip(0), {states.flip(0)}, of_swapped).flip(0);
        QVERIFY(at::equal(transformer(x, {states}, memory), swapped));
    }

    void keysAndValuesOfTheTextAreComputedOnce() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("blocks");
        const Transformer2DModel transformer(
            golden.weights() / "transformer",
            {.channels = 8, .heads = 2, .head_dim = 4, .context_dim = 6, .layers = 2, .groups = 4});
        const Conditioning text{golden.input("context")};
        Memory memory;
        const at::Tensor first = transformer(golden.input("x"), text, memory);
        QCOMPARE(memory.size(), size_t(2));
        const Conditioning none;
        QVERIFY(at::equal(transformer(golden.input("x"), none, memory), first));
        QCOMPARE(memory.size(), size_t(2));
    }

    void aRowMayHaveATextOfItsOwnLength() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("blocks");
        const Transformer2DModel transformer(
            golden.weights() / "transformer",
            {.channels = 8, .heads = 2, .head_dim = 4, .context_dim = 6, .layers = 2, .groups = 4});
        const at::Tensor x = golden.input("x"), states = golden.input("context");
        const int64_t length = states.size(1);
        QVERIFY(length > 2);
        const std::vector<Conditioning> rows = {{states.slice(0, 0, 1).slice(1, 0, length - 2)},
                                                {states.slice(0, 1, 2)}};
        Memory memory;
        const at::Tensor together = transformer(x, joined(rows), memory);
        for (int64_t row = 0; row < 2; ++row) {
            Memory alone;
            const at::Tensor expected = transformer(x.slice(0, row, row + 1), rows[static_cast<size_t>(row)], alone);
            COMPARE_TENSORS(together.slice(0, row, row + 1), expected, float32_tolerance);
        }
    }
};

FANLIGHT_TEST(TstBlocks)
#include "tst_blocks.moc"
