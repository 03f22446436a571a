#include <QtTest>

#include "core/layers/taps.h"
#include "core/models/unet_2d_condition_model.h"
#include "tests/core/models/golden_network.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstUNet2DConditionModel : public QObject {
    Q_OBJECT

    static at::Tensor run(const UNet2DConditionModel& unet, const GoldenNetwork& golden) {
        const Conditioning context{golden.input("context")};
        const at::Tensor guidance = unet.guidance_width() > 0 ? golden.input("guidance") : at::Tensor();
        return unet.forward(golden.input("sample"), golden.config().at("timestep"), context, guidance);
    }

    static UNet2DConditionModel changed(const GoldenNetwork& golden, const Json& changes) {
        Json config = golden.config();
        config.update(changes);
        return {golden.weights(), config};
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void equalsDiffusers_data() {
        QTest::addColumn<std::string>("name");
        for (const char* name : {"unet_three_blocks", "unet_lists", "unet_one_block", "unet_guidance_embedding",
                                 "unet_pruned", "unet_small", "unet_uneven"})
            QTest::newRow(name) << std::string(name);
    }
    void equalsDiffusers() {
        QFETCH(std::string, name);
        const c10::InferenceMode inference;
        const GoldenNetwork golden(name);
        const Weights weights = golden.weights();
        const UNet2DConditionModel unet(weights, golden.config());
        QVERIFY(weights.untaken().empty());
        COMPARE_TENSORS(run(unet, golden), golden.output("sample"), float32_tolerance);
    }

    void everyLayerEqualsDiffusers() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("unet_lists");
        const UNet2DConditionModel unet(golden.weights(), golden.config());
        const TapScope scope;
        run(unet, golden);
        QCOMPARE(golden.taps().size(), unet.layers().size());  // one per layer; the time embedding's is temb
        for (const std::string& name : golden.taps()) {
            QVERIFY2(scope.tensors().contains(name), name.c_str());
            const at::Tensor expected = golden.tap(name), actual = scope.tensors().at(name).expand_as(expected);
            const double error = relative_error(actual, expected);
            QVERIFY2(error <= float32_tolerance, qPrintable(QString("%1 differs by %2").arg(name.c_str()).arg(error)));
        }
    }

    void resultDoesNotDependOnTheOtherPictures() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("unet_three_blocks");
        const UNet2DConditionModel unet(golden.weights(), golden.config());
        const at::Tensor x = golden.input("sample"), states = golden.input("context");
        const at::Tensor others = at::stack({x[0], x[1] * 2 + 1}), other_states = at::stack({states[0], states[0] * 3});
        const at::Tensor beside = unet.forward(others, 981, {other_states});
        QVERIFY(at::equal(unet.forward(x, 981, {states})[0], beside[0]));
    }

    void staysCloseInBfloat16() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("unet_lists", at::kBFloat16), reference("unet_lists");
        const UNet2DConditionModel unet(golden.weights(), golden.config());
        const at::Tensor output = run(unet, golden);
        QCOMPARE(output.scalar_type(), at::kBFloat16);
        COMPARE_TENSORS(output, reference.output("sample"), 0.1);  // diffusers in bfloat16 differs by 0.07
    }

    void stagesTogetherAreTheNetwork() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("unet_lists");
        const UNet2DConditionModel whole(golden.weights(), golden.config());
        const auto layers = static_cast<int64_t>(whole.layers().size());
        for (int64_t cut = 1; cut < layers; ++cut) {
            const UNet2DConditionModel first(golden.weights(), golden.config(), {0, cut});
            const UNet2DConditionModel second(golden.weights(), golden.config(), {cut, layers});
            QCOMPARE(first.layers().size() + second.layers().size(), whole.layers().size());
            const Conditioning context{golden.input("context")};
            Memory of_first, of_second;
            State state = unet_input(golden.input("sample"), golden.config().at("timestep"), {});
            state.conditioning = &context;
            state.memory = &of_first;
            first.layers().run(state);
            state.memory = &of_second;
            second.layers().run(state);
            QVERIFY(at::equal(state.hidden, run(whole, golden)));
        }
    }

    void stageTakesOnlyItsOwnWeights() {
        const GoldenNetwork golden("unet_one_block");
        const Weights weights = golden.weights();
        const UNet2DConditionModel stage(weights, golden.config(), {1, 2});
        QCOMPARE(stage.layers()[0].name, std::string("conv_in"));
        const auto untaken = weights.untaken();
        QVERIFY(std::find(untaken.begin(), untaken.end(), "weights.conv_in.weight") == untaken.end());
        QVERIFY(std::find(untaken.begin(), untaken.end(), "weights.conv_out.weight") != untaken.end());
    }

    void refusesWhatItCannotDo_data() {
        QTest::addColumn<std::string>("changes");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* changes, const char* message) {
            QTest::newRow(name) << std::string(changes) << QString(message);
        };
        row("class embedding", R"({"class_embed_type": "timestep"})",
            "\"class_embed_type\" is \"timestep\"; only null is supported");
        row("dual attention", R"({"dual_cross_attention": true})",
            "\"dual_cross_attention\" is true; only false is supported");
        row("layers told apart on one way alone", R"({"transformer_layers_per_block": [[1], [1], 1]})",
            "tells layers of a block apart, so \"reverse_transformer_layers_per_block\" is needed, too");
        row("layers of too many attentions",
            R"({"transformer_layers_per_block": [[1, 2], 1, 1], "reverse_transformer_layers_per_block": 1})",
            "lists 2 values for the 1 attentions of a block");
        row("no layers", R"({"transformer_layers_per_block": [0, 1, 1]})", "transformer_layers_per_block");
        row("block class", R"({"up_block_types": ["UpBlock2D", "KUpBlock2D", "UpBlock2D"]})",
            "\"KUpBlock2D\" is not known; known: CrossAttnUpBlock2D and UpBlock2D");
        row("middle class", R"({"mid_block_type": "UNetMidBlock2DSimpleCrossAttn"})",
            "known: UNetMidBlock2DCrossAttn and UNetMidBlock2D");
        row("activation", R"({"act_fn": "snake"})", "act_fn: the activation \"snake\" is not known; known: gelu");
        row("lengths", R"({"block_out_channels": [8, 16]})", "must have the same length");
        row("list length", R"({"layers_per_block": [1, 1]})", "\"layers_per_block\" lists 2 values for 3 blocks");
        row("type", R"({"in_channels": "four"})", "\"in_channels\" has the wrong type");
        row("heads", R"({"attention_head_dim": 9})", "block 0 has 8 channels, which cannot be divided into 9 heads");
        row("groups", R"({"norm_num_groups": 5})",
            "8 channels (block_out_channels) cannot be divided into 5 groups (norm_num_groups)");
        row("shape", R"({"cross_attention_dim": 13})", "has shape [6, 12] where");
        row("missing tensor", R"({"layers_per_block": 2})", "has no tensor \"weights.down_blocks.0.resnets.1.");
    }
    void refusesWhatItCannotDo() {
        QFETCH(std::string, changes);
        QFETCH(QString, message);
        const GoldenNetwork golden("unet_three_blocks");
        const QString error = error_of([&] { changed(golden, Json::parse(changes)); });
        QVERIFY2(error.contains(message), qPrintable(error));
    }

    void headsMayBeNamedEitherWay() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("unet_three_blocks");
        const auto unet = changed(golden, {{"num_attention_heads", 3}, {"attention_head_dim", 8}});
        COMPARE_TENSORS(run(unet, golden), golden.output("sample"), float32_tolerance);
    }
};

FANLIGHT_TEST(TstUNet2DConditionModel)
#include "tst_unet_2d_condition_model.moc"
