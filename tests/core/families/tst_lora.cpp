#include "core/families/families.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/checkpoints/tensor_entry.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

struct Tensor {
    std::string key;
    std::vector<int> shape;
    std::string dtype = "F32";
    std::vector<float> values = {};  ///< none: `bytes`, or zeros
    std::string bytes = {};
};

std::string file_of(const std::vector<Tensor>& tensors, const std::string& peft_config = "") {
    Json header = Json::object();
    if (!peft_config.empty()) header["__metadata__"] = {{"format", "pt"}, {"lora_adapter_metadata", peft_config}};
    std::string data;
    for (const Tensor& tensor : tensors) {
        size_t bytes = block_of(dtype_named(tensor.dtype).value()).bytes;
        for (const int size : tensor.shape) bytes *= static_cast<size_t>(size);
        const std::string own = !tensor.values.empty()  ? bytes_of(tensor.values)
                                : !tensor.bytes.empty() ? tensor.bytes
                                                        : std::string(bytes, '\0');
        header[tensor.key] = {{"dtype", tensor.dtype},
                              {"shape", tensor.shape},
                              {"data_offsets", {data.size(), data.size() + own.size()}}};
        data += own;
    }
    return safetensors_bytes(header.dump(), data);
}

const std::string kohya = "lora_unet_mid_block_attentions_0_proj_in";

}  // namespace

class TestLora : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyNameOfAModuleMeansTheSame_data() {
        QTest::addColumn<QString>("down");
        QTest::addColumn<QString>("up");
        QTest::addColumn<QString>("component");
        QTest::addColumn<QString>("module");
        const auto row = [](const char* down, const char* up, const char* component, const char* module) {
            QTest::newRow(down) << down << up << component << module;
        };
        row("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight",
            "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight", "unet", "mid_block_attentions_0_proj_in");
        row("lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight",
            "lora_te_text_model_encoder_layers_0_mlp_fc1.lora_up.weight", "text_encoder",
            "text_model_encoder_layers_0_mlp_fc1");
        row("unet.mid_block.attentions.0.proj_in.lora_A.weight", "unet.mid_block.attentions.0.proj_in.lora_B.weight",
            "unet", "mid_block_attentions_0_proj_in");
        row("unet.conv_in.lora.down.weight", "unet.conv_in.lora.up.weight", "unet", "conv_in");
        row("lora_te1_text_model_final.lora_down.weight", "lora_te1_text_model_final.lora_up.weight", "text_encoder",
            "text_model_final");
        row("lora_te2_text_projection.lora_down.weight", "lora_te2_text_projection.lora_up.weight", "text_encoder_2",
            "text_projection");
        row("text_encoder_2.text_projection.lora_A.weight", "text_encoder_2.text_projection.lora_B.weight",
            "text_encoder_2", "text_projection");
        row("unet.a.attn1.processor.to_out_lora.down.weight", "unet.a.attn1.processor.to_out_lora.up.weight", "unet",
            "a_attn1_to_out_0");
        row("text_encoder.text_model.encoder.layers.1.self_attn.q_proj.lora_linear_layer.down.weight",
            "text_encoder.text_model.encoder.layers.1.self_attn.q_proj.lora_linear_layer.up.weight", "text_encoder",
            "text_model_encoder_layers_1_self_attn_q_proj");
    }

    void everyNameOfAModuleMeansTheSame() {
        QFETCH(QString, down);
        QFETCH(QString, up);
        QFETCH(QString, component);
        QFETCH(QString, module);
        write_bytes(file_, file_of({{down.toStdString(), {2, 5}}, {up.toStdString(), {3, 2}}}));
        const LoraFile lora = open_lora(file_);
        const auto& layers = lora.layers(component.toStdString());
        QCOMPARE(layers.size(), size_t{1});
        QCOMPARE(QString::fromStdString(layers.begin()->first), module);
        QCOMPARE(layers.begin()->second.scale, 1.0);
        QCOMPARE(lora.layers(component == "unet" ? "text_encoder" : "unet").size(), size_t{0});
    }

    void alphaIsDividedByTheRank() {
        write_bytes(file_, file_of({{kohya + ".lora_down.weight", {4, 5, 3, 3}, "F16"},
                                    {kohya + ".lora_up.weight", {3, 4, 1, 1}, "F16"},
                                    {kohya + ".alpha", {}, "F32", {1}}}));
        QCOMPARE(open_lora(file_).layers("unet").begin()->second.scale, 0.25);
    }

    void anAlphaMayHaveAnyTypeAndShape_data() {
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<QByteArray>("bytes");  // hexadecimal, of 2; of 1 for a boolean
        const auto row = [](const char* dtype, const char* hex) {
            QTest::newRow(dtype) << dtype << QByteArray::fromHex(hex);
        };
        row("I32", "02000000");
        row("U8", "02");
        row("BOOL", "01");
        row("F64", "0000000000000040");
        row("BF16", "0040");
        row("F8_E4M3", "40");
        row("F8_E5M2", "40");
    }
    void anAlphaMayHaveAnyTypeAndShape() {
        QFETCH(QString, dtype);
        QFETCH(QByteArray, bytes);
        for (const std::vector<int>& shape : {std::vector<int>{}, {1}, {1, 1}}) {
            write_bytes(file_, file_of({{kohya + ".lora_down.weight", {4, 5}},
                                        {kohya + ".lora_up.weight", {3, 4}},
                                        {kohya + ".alpha", shape, dtype.toStdString(), {}, bytes.toStdString()}}));
            QCOMPARE(open_lora(file_).layers("unet").begin()->second.scale, dtype == "BOOL" ? 0.25 : 0.5);
        }
    }

    void matricesMayHaveEightBits_data() {
        QTest::addColumn<QString>("dtype");
        for (const char* dtype : {"F8_E4M3", "F8_E5M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ"}) QTest::newRow(dtype) << dtype;
    }
    void matricesMayHaveEightBits() {
        QFETCH(QString, dtype);
        write_bytes(file_, file_of({{kohya + ".lora_down.weight", {4, 5}, dtype.toStdString()},
                                    {kohya + ".lora_up.weight", {3, 4}, dtype.toStdString()}}));
        QCOMPARE(open_lora(file_).layers("unet").size(), size_t{1});
    }

    void peftsConfigGivesAlphasToModulesAndToTheRest_data() {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<double>("scale");
        QTest::newRow("none") << QByteArray() << 1.0;
        QTest::newRow("of another component") << QByteArray("{\"text_encoder.lora_alpha\": 8}") << 1.0;
        QTest::newRow("of all") << QByteArray("{\"unet.lora_alpha\": 8, \"unet.r\": 4}") << 2.0;
        QTest::newRow("of the end of the name")
            << QByteArray("{\"unet.lora_alpha\": 8, \"unet.alpha_pattern\": {\"attentions.0.proj_in\": 2}}") << 0.5;
        QTest::newRow("of another name's end")
            << QByteArray("{\"unet.lora_alpha\": 8, \"unet.alpha_pattern\": {\"in\": 2, \"proj\": 3}}") << 2.0;
        QTest::newRow("by the root of the rank")
            << QByteArray("{\"unet.lora_alpha\": 8, \"unet.use_rslora\": true}") << 4.0;
    }
    void peftsConfigGivesAlphasToModulesAndToTheRest() {
        QFETCH(QByteArray, config);
        const std::string module = "unet.mid_block.attentions.0.proj_in";
        const std::vector<Tensor> halves = {{module + ".lora_A.weight", {4, 5}}, {module + ".lora_B.weight", {3, 4}}};
        write_bytes(file_, file_of(halves, config.toStdString()));
        QTEST(open_lora(file_).layers("unet").begin()->second.scale, "scale");
    }

    void peftsConfigThatIsNoneIsRefused_data() {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no JSON") << QByteArray("{") << "lora_adapter_metadata";
        QTest::newRow("no number") << QByteArray("{\"unet.lora_alpha\": \"much\"}") << "unet.lora_alpha";
        QTest::newRow("a pattern of text") << QByteArray("{\"unet.alpha_pattern\": {\"a\": \"b\"}}") << "alpha_pattern";
        QTest::newRow("DoRA") << QByteArray("{\"unet.use_dora\": true}") << "is a DoRA";
    }
    void peftsConfigThatIsNoneIsRefused() {
        QFETCH(QByteArray, config);
        QFETCH(QString, expected);
        write_bytes(file_, file_of({{kohya + ".lora_down.weight", {4, 5}}, {kohya + ".lora_up.weight", {3, 4}}},
                                   config.toStdString()));
        const QString said = QString::fromStdString(error_of([&] { open_lora(file_); }));
        QVERIFY2(said.contains(expected) && said.contains("lora.safetensors"), said.toUtf8().constData());
    }

    void theDataHashLeavesTheHeaderOut() {
        const std::string bytes = file_of(
            {{kohya + ".lora_down.weight", {1, 2}, "F32", {1, 2}}, {kohya + ".lora_up.weight", {1, 1}, "F32", {3}}});
        write_bytes(file_, bytes);
        QCOMPARE(lora_data_hash(open_lora(file_)), sha256_hex(bytes_of<float>({1, 2, 3})));
    }

    void whatIsNoLoraIsRefusedInOneSentence_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* expected, const std::vector<Tensor>& tensors) {
            QTest::newRow(expected) << QByteArray::fromStdString(file_of(tensors)) << QString(expected);
        };
        const Tensor down{kohya + ".lora_down.weight", {2, 5}}, up{kohya + ".lora_up.weight", {3, 2}};
        row("is a LoHa", {{kohya + ".hada_w1_a", {2, 5}}});
        row("is a LoKr", {{kohya + ".lokr_w1", {2, 5}}});
        row("is a DoRA", {down, up, {kohya + ".dora_scale", {3}}});
        row("is a LoCon with a third matrix", {down, up, {kohya + ".lora_mid.weight", {2, 2, 3, 3}}});
        row("for Flux", {{"lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight", {2, 5}}});
        row("for Stable Diffusion 3", {{"lora_te3_encoder.lora_down.weight", {2, 5}}});
        row("for a model whose network is a transformer", {{"transformer.blocks.0.lora_A.weight", {2, 5}}});
        row("has a tensor \"model.diffusion_model.out.2.weight\", which is not part of a LoRA",
            {{"model.diffusion_model.out.2.weight", {4, 8}}});
        row("has a tensor \"lora_unet_x.diff\"", {down, up, {"lora_unet_x.diff", {2}}});
        row("has a tensor \"lora_unet_.alpha\"", {down, up, {"lora_unet_.alpha", {}}});
        row("has only one half of the layer", {down});
        row("under two names", {down, up, {"unet.mid_block.attentions.0.proj_in.lora_A.weight", {2, 5}}});
        row("that do not fit together", {down, {up.key, {3, 4}}});
        row("do not fit", {{down.key, {}}, up});
        row("fit", {{down.key, {0, 5}}, {up.key, {3, 0}}});
        row("not fit", {down, {up.key, {3, 2, 3, 3}}});
        row("that is not a number",
            {down, up, {kohya + ".alpha", {}, "F32", {std::numeric_limits<float>::quiet_NaN()}}});
        row("an alpha of", {down, up, {kohya + ".alpha", {2}}});
        row("has numbers of type I8 in", {{down.key, {2, 5}, "I8"}, up});
        row("where floating-point ones are needed", {down, {up.key, {3, 2}, "F8_E8M0"}});
        row("holds nothing", {});
    }

    void whatIsNoLoraIsRefusedInOneSentence() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        write_bytes(file_, bytes.toStdString());
        const QString said = QString::fromStdString(error_of([&] { open_lora(file_); }));
        QVERIFY2(said.contains(expected) && said.contains("lora.safetensors"), said.toUtf8().constData());
    }

private:
    QTemporaryDir folder_;
    const fs::path file_ = folder_.filePath("lora.safetensors").toStdString();
};

FANLIGHT_TEST(TestLora)
#include "tst_lora.moc"
