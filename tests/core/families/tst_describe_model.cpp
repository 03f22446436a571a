#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/families/families.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

constexpr DescribedShape small{.width = 64, .height = 64};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

/// What a model takes, asked of folders as strangers make them: a sentence, never a crash, and no memory without end.
class TestDescribeModel : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> temporary_;
    fs::path model_;

    void take(const std::string& model) {
        temporary_ = std::make_unique<QTemporaryDir>();
        model_ = fs::path(temporary_->path().toStdString()) / "model";
        fs::copy(source_path("/tests/golden/data/pipelines/" + model), model_, fs::copy_options::recursive);
    }

    /// A copy of a small model with one value of a config changed.
    void change(const std::string& component, const std::string& key, const Json& value) {
        const fs::path file = model_ / component / "config.json";
        Json config = read_json_file(file);
        config[key] = value;
        write_bytes(file, config.dump());
    }

    std::string refusal(const DescribedShape& shape = small) {
        return error_of([&] { describe_model(model_, shape); });
    }

private Q_SLOTS:
    void init() { take("sd1"); }

    void aModelIsDescribedWithoutAWeightRead() {
        const ModelDescription model = describe_model(model_, small);
        QVERIFY(model.layers.size() > 10);
        QVERIFY(model.network_bytes() > 0 && model.text_encoder.bytes > 0 && model.decoder.bytes > 0);
        QCOMPARE(model.network.root.class_name, std::string("UNet2DConditionModel"));
    }

    void sizesThatTheModelCannotMakeAreRefused() {
        QVERIFY(contains(refusal({.width = 65, .height = 64}), "Width and height must be multiples of"));
        QVERIFY(contains(refusal({.width = 0, .height = 64}), "Width and height must be multiples of"));
        QVERIFY(contains(refusal({.dtype = "float12", .width = 64, .height = 64}), "float12"));
        QVERIFY(contains(refusal({.width = 1'000'000, .height = 1'000'000, .batch_size = 1'000'000}),
                         "more memory than can be counted"));
    }

    void valuesThatCannotBeAreRefusedInOneSentence_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* key, const char* value, const char* expected) {
            QTest::addRow("%s = %s", key, value) << key << QByteArray(value) << expected;
        };
        row("in_channels", "-1", "\"in_channels\" must be from 1 to");
        row("out_channels", "1e18", "\"out_channels\"");
        row("out_channels", "1000000000000000000", "\"out_channels\" must be from 1 to");
        row("block_out_channels", "[]", "must have the same length, 1 to 32");
        row("block_out_channels", "[4611686018427387904, 8, 8]", "\"block_out_channels\" must be numbers from 1 to");
        row("block_out_channels", "[-8, 8, 8]", "\"block_out_channels\" must be numbers from 1 to");
        row("block_out_channels", "[16.5, 8, 8]", "\"block_out_channels\" must be a list, each a whole number");
        row("transformer_layers_per_block", "10000",
            "\"transformer_layers_per_block\" must be numbers from 1 to 2000, not 10000");
        row("transformer_layers_per_block", "1000000000", "\"transformer_layers_per_block\" must be numbers from 1");
        row("transformer_layers_per_block", "1500", "more than the 2000 that are supported");
        row("reverse_transformer_layers_per_block", "[1, 1000000000, 1]", "must be numbers from 1 to 2000");
        row("layers_per_block", "1000000000", "\"layers_per_block\" must be numbers from 1 to 64");
        row("layers_per_block", "1.5", "\"layers_per_block\" must be a whole number");
        row("layers_per_block", "true", "\"layers_per_block\" has the wrong type (boolean)");
        row("attention_head_dim", "0", "\"attention_head_dim\" must be numbers from 1 to");
        row("attention_head_dim", "1000", "which cannot be divided into 1000 heads");
        row("cross_attention_dim", "-64", "\"cross_attention_dim\" must be numbers from 1 to");
        row("cross_attention_dim", "9000000000000000000", "\"cross_attention_dim\" must be numbers from 1 to");
        row("conv_in_kernel", "4611686018427387904", "\"conv_in_kernel\" must be from 1 to");
        row("downsample_padding", "-1", "\"downsample_padding\" must be from 0 to 1, not -1");
        row("downsample_padding", "-1e308", "\"downsample_padding\" must be a whole number");
        row("norm_num_groups", "0", "\"norm_num_groups\" must be from 1 to");
        row("norm_num_groups", "7", "cannot be divided into 7 groups (norm_num_groups)");
        row("norm_num_groups", "1e-320", "\"norm_num_groups\" must be a whole number");
        row("norm_eps", "-1", "\"norm_eps\" must be from 0.0 to 1.0");
        row("freq_shift", "1e308", "\"freq_shift\" must be from 0.0 to 1.0");
        row("mid_block_scale_factor", "0", "\"mid_block_scale_factor\" must be from");
        row("time_cond_proj_dim", "-2", "\"time_cond_proj_dim\" must be from 0 to");
        row("time_embedding_dim", "0", "\"time_embedding_dim\" must be from 2 to");
        row("act_fn", "\"tanhshrink\"", "the activation \"tanhshrink\" is not known");
        row("down_block_types", "[\"X\", \"Y\", \"Z\"]", "the block class \"X\" is not known");
    }
    void valuesThatCannotBeAreRefusedInOneSentence() {
        QFETCH(QString, key);
        QFETCH(QByteArray, value);
        QFETCH(QString, expected);
        change("unet", key.toStdString(), Json::parse(value.toStdString()));
        const QString said = QString::fromStdString(refusal());
        QVERIFY2(said.startsWith("unet/config.json: ") && said.contains(expected), qPrintable(said));
    }

    void theOtherNetworksAreHeldToRangesToo_data() {
        QTest::addColumn<QString>("component");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* component, const char* key, const char* value) {
            QTest::addRow("%s: %s = %s", component, key, value) << component << key << QByteArray(value);
        };
        row("vae", "layers_per_block", "-1");
        row("vae", "layers_per_block", "1000000000");
        row("vae", "latent_channels", "-1");
        row("vae", "latent_channels", "4.5");
        row("vae", "norm_num_groups", "0");
        row("vae", "norm_num_groups", "7");
        row("vae", "scaling_factor", "-1");
        row("vae", "scaling_factor", "1e308");
        row("vae", "act_fn", "\"x\"");
        row("text_encoder", "num_hidden_layers", "1000000000");
        row("text_encoder", "hidden_size", "32.5");
        row("text_encoder", "num_attention_heads", "0");
        row("text_encoder", "layer_norm_eps", "-1");
        row("text_encoder", "hidden_act", "\"x\"");
    }
    void theOtherNetworksAreHeldToRangesToo() {
        QFETCH(QString, component);
        QFETCH(QString, key);
        QFETCH(QByteArray, value);
        change(component.toStdString(), key.toStdString(), Json::parse(value.toStdString()));
        const QString said = QString::fromStdString(refusal());
        QVERIFY2(said.startsWith(component + "/config.json: ") && said.contains(key), qPrintable(said));
    }

    void otherConfigsAreCheckedAsWell() {
        change("vae", "block_out_channels", std::vector<int>(13, 8));
        QVERIFY(contains(refusal(), "vae/config.json: block_out_channels must list 1 to 12 blocks"));
        change("vae", "block_out_channels", {8, 8});
        change("vae", "up_block_types", {"UpDecoderBlock2D", "UpDecoderBlock2D"});
        change("text_encoder", "max_position_embeddings", 1'000'000'000);
        QVERIFY(contains(refusal(), "max_position_embeddings"));
    }

    void whatTheLargeModelIsToldMustFit_data() {
        QTest::addColumn<QString>("component");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* component, const char* key, const char* value, const char* expected) {
            QTest::addRow("%s = %s", key, value) << component << key << QByteArray(value) << expected;
        };
        row("unet", "addition_embed_type", "\"image\"", "is \"image\"; only \"text_time\" is supported");
        row("unet", "projection_class_embeddings_input_dim", "69", "is 69; with a text of 20 and 6 numbers of 8");
        row("unet", "projection_class_embeddings_input_dim", "-1", "must be from 1 to");
        row("unet", "projection_class_embeddings_input_dim", "null", "projection_class_embeddings_input_dim");
        row("unet", "addition_time_embed_dim", "1", "\"addition_time_embed_dim\" must be from 2 to");
        row("unet", "addition_time_embed_dim", "4611686018427387904", "\"addition_time_embed_dim\" must be from 2 to");
        row("text_encoder_2", "projection_dim", "0", "\"projection_dim\" must be from 1 to");
        row("text_encoder_2", "eos_token_id", "-5", "\"eos_token_id\" must be from 0 to");
        row("text_encoder_2", "hidden_size", "32.5", "\"hidden_size\" must be a whole number");
        row("text_encoder_2", "max_position_embeddings", "78",
            "max_position_embeddings is 78, but text_encoder reads texts of 77 tokens");
    }
    void whatTheLargeModelIsToldMustFit() {
        QFETCH(QString, component);
        QFETCH(QString, key);
        QFETCH(QByteArray, value);
        QFETCH(QString, expected);
        take("sdxl");
        QCOMPARE(refusal(), std::string());
        change(component.toStdString(), key.toStdString(), Json::parse(value.toStdString()));
        const QString said = QString::fromStdString(refusal());
        QVERIFY2(said.startsWith(component + "/config.json: ") && said.contains(expected), qPrintable(said));
    }

    void aModelOfOneTextIsToldNothingElse() {
        change("unet", "addition_embed_type", "text_time");
        change("unet", "addition_time_embed_dim", 8);
        change("unet", "projection_class_embeddings_input_dim", 68);
        QVERIFY(contains(refusal(), "\"addition_embed_type\" is \"text_time\"; only null is supported"));
    }

    void whatIsDecodedInFloat32TakesItsMemory() {
        take("sdxl");
        const auto decoder = [&](const char* dtype) {
            return describe_model(model_, {.dtype = dtype, .width = 64, .height = 64}).decoder.bytes;
        };
        QCOMPARE(decoder("float16"), decoder("float32"));
        QCOMPARE(2 * decoder("bfloat16"), decoder("float32"));
        change("vae", "force_upcast", false);
        QCOMPARE(2 * decoder("float16"), decoder("float32"));
        take("sd1");  // whose pipeline pays no attention to it
        QCOMPARE(2 * decoder("float16"), decoder("float32"));
    }

    void brokenWeightsAreNamed() {
        const fs::path file = model_ / "vae/diffusion_pytorch_model.safetensors";
        write_bytes(file, "0123456789");
        QVERIFY(contains(refusal(), file.string()));
        fs::remove(file);
        QVERIFY(contains(refusal(), "The model has no " + file.string()));
    }

    void aModelWithoutItsNetworkIsRefused() {
        fs::remove(model_ / "unet/diffusion_pytorch_model.safetensors");
        QVERIFY(contains(refusal(), "unet/diffusion_pytorch_model.safetensors; download it again."));
    }
};

FANLIGHT_TEST(TestDescribeModel)
#include "tst_describe_model.moc"
