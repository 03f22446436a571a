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
    void init() {
        temporary_ = std::make_unique<QTemporaryDir>();
        model_ = fs::path(temporary_->path().toStdString()) / "model";
        fs::copy(source_path("/tests/golden/data/pipelines/sd1"), model_, fs::copy_options::recursive);
    }

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
        row("block_out_channels", "[4611686018427387904, 8, 8]", "do not fit together");
        row("block_out_channels", "[-8, 8, 8]", "do not fit together");
        row("transformer_layers_per_block", "1000000000", "from 1 to 2000 transformer layers");
        row("transformer_layers_per_block", "1500", "more than the 2000 that are supported");
        row("reverse_transformer_layers_per_block", "[1, 1000000000, 1]", "from 1 to 2000 transformer layers");
        row("layers_per_block", "1000000000", "do not fit together");
        row("attention_head_dim", "0", "do not fit together");
        row("cross_attention_dim", "-64", "do not fit together");
        row("cross_attention_dim", "9000000000000000000", "do not fit together");
        row("conv_in_kernel", "4611686018427387904", "\"conv_in_kernel\" must be from 1 to");
        row("time_cond_proj_dim", "-2", "\"time_cond_proj_dim\" must be from 0 to");
        row("time_embedding_dim", "0", "\"time_embedding_dim\" must be from 1 to");
        row("act_fn", "\"tanhshrink\"", "the activation \"tanhshrink\" is not known");
        row("down_block_types", "[\"X\", \"Y\", \"Z\"]", "the block class \"X\" is not known");
    }
    void valuesThatCannotBeAreRefusedInOneSentence() {
        QFETCH(QString, key);
        QFETCH(QByteArray, value);
        QFETCH(QString, expected);
        change("unet", key.toStdString(), Json::parse(value.toStdString()));
        const QString said = QString::fromStdString(refusal());
        QVERIFY2(said.contains(expected), qPrintable(said));
    }

    void otherConfigsAreCheckedAsWell() {
        change("vae", "block_out_channels", std::vector<int>(13, 8));
        QVERIFY(contains(refusal(), "vae/config.json: block_out_channels must list 1 to 12 blocks"));
        change("vae", "block_out_channels", {8, 8});
        change("text_encoder", "max_position_embeddings", 1'000'000'000);
        QVERIFY(contains(refusal(), "max_position_embeddings"));
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
