#include "core/families/families.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/checkpoints/lora_match.h"
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
        row("lora_te2_encoder_block_0_layer_0_SelfAttention_q.lora_down.weight",
            "lora_te2_encoder_block_0_layer_0_SelfAttention_q.lora_up.weight", "text_encoder_2",
            "encoder_block_0_layer_0_SelfAttention_q");
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
        const auto& changes = lora.changes(component.toStdString());
        QCOMPARE(changes.size(), size_t{1});
        QCOMPARE(QString::fromStdString(changes.begin()->first), module + ".weight");
        QCOMPARE(changes.begin()->second.scale, 1.0);
        QCOMPARE(lora.changes(component == "unet" ? "text_encoder" : "unet").size(), size_t{0});
    }

    void alphaIsDividedByTheRank() {
        write_bytes(file_, file_of({{kohya + ".lora_down.weight", {4, 5, 3, 3}, "F16"},
                                    {kohya + ".lora_up.weight", {3, 4, 1, 1}, "F16"},
                                    {kohya + ".alpha", {}, "F32", {1}}}));
        QCOMPARE(open_lora(file_).changes("unet").begin()->second.scale, 0.25);
    }

    /// ai-toolkit writes 9999999999, which is infinite in float16.
    void anAlphaWithoutARankSaysNothing() {
        for (const float alpha : {2.0f, 9999999999.0f, std::numeric_limits<float>::infinity()}) {
            write_bytes(file_, file_of({{kohya + ".lokr_w1", {2, 2}},
                                        {kohya + ".lokr_w2", {3, 5}},
                                        {kohya + ".alpha", {}, "F32", {alpha}}}));
            QCOMPARE(open_lora(file_).changes("unet").begin()->second.scale, 1.0);
        }
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
            QCOMPARE(open_lora(file_).changes("unet").begin()->second.scale, dtype == "BOOL" ? 0.25 : 0.5);
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
        QCOMPARE(open_lora(file_).changes("unet").size(), size_t{1});
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
        QTest::newRow("of the whole name alone")
            << QByteArray("{\"unet.alpha_pattern\": {\"^mid_block.attentions.0.proj_in\": 8, \"^proj_in\": 2}}") << 2.0;
        QTest::newRow("by the root of the rank")
            << QByteArray("{\"unet.lora_alpha\": 8, \"unet.use_rslora\": true}") << 4.0;
    }
    void peftsConfigGivesAlphasToModulesAndToTheRest() {
        QFETCH(QByteArray, config);
        const std::string module = "unet.mid_block.attentions.0.proj_in";
        const std::vector<Tensor> halves = {{module + ".lora_A.weight", {4, 5}}, {module + ".lora_B.weight", {3, 4}}};
        write_bytes(file_, file_of(halves, config.toStdString()));
        QTEST(open_lora(file_).changes("unet").begin()->second.scale, "scale");
    }

    void peftsConfigThatIsNoneIsRefused_data() {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no JSON") << QByteArray("{") << "lora_adapter_metadata";
        QTest::newRow("no number") << QByteArray("{\"unet.lora_alpha\": \"much\"}") << "unet.lora_alpha";
        QTest::newRow("a regular expression")
            << QByteArray("{\"unet.alpha_pattern\": {\".*attn1.*\": 2}}") << "is a regular expression";
        QTest::newRow("a pattern of text") << QByteArray("{\"unet.alpha_pattern\": {\"a\": \"b\"}}") << "alpha_pattern";
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
        row("is an adapter of the kind OFT", {{kohya + ".oft_blocks", {2, 5, 5}}});
        row("for Stable Diffusion 3", {{"lora_unet_joint_blocks_0_x_block_attn_qkv.lora_down.weight", {2, 5}}});
        row("for Stable Diffusion 3", {{"lora_unet_joint_blocks_0_x_block_attn_qkv.lora_down.weight", {2, 5}}});
        row("has a tensor \"model.diffusion_model.out.2.weight\", which is not part of a LoRA",
            {{"model.diffusion_model.out.2.weight", {4, 8}}});
        row("has a tensor \"lora_unet_x.a1.weight\"", {down, up, {"lora_unet_x.a1.weight", {2}}});
        row("has a tensor \"lora_unet_.alpha\"", {down, up, {"lora_unet_.alpha", {}}});
        row("has only some of the tensors of the layer", {down});
        row("under two names", {down, up, {"unet.mid_block.attentions.0.proj_in.lora_A.weight", {2, 5}}});
        row("whose shapes do not fit together", {down, {up.key, {3, 4}}});
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

    /// Everything that belongs to a change must be there once and fit, whatever its kind.
    void aChangeIsRefusedUnlessItsTensorsFit_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* expected, const std::vector<Tensor>& tensors) {
            std::vector<Tensor> named = tensors;
            for (Tensor& tensor : named) tensor.key.insert(0, kohya);
            QTest::newRow(name) << QByteArray::fromStdString(file_of(named)) << QString(expected);
        };
        const char *some = "has only some of the tensors of the layer", *shapes = "whose shapes do not fit together",
                   *twice = "stores a part of the layer";
        const Tensor down{".lora_down.weight", {2, 5}}, up{".lora_up.weight", {3, 2}};
        const Tensor a1{".hada_w1_a", {6, 2}}, b1{".hada_w1_b", {2, 5}}, a2{".hada_w2_a", {6, 2}},
            b2{".hada_w2_b", {2, 5}};
        row("a LoHa of one product", some, {a1, b1});
        row("a LoHa of three matrices", some, {a1, b1, a2});
        row("a LoHa of two shapes", shapes, {a1, b1, {".hada_w2_a", {5, 2}}, b2});
        row("a LoHa with one core", shapes, {a1, b1, a2, b2, {".hada_t1", {2, 2, 3, 3}}});
        row("a LoHa whose cores are matrices", shapes, {a1, b1, a2, b2, {".hada_t1", {2, 2}}, {".hada_t2", {2, 2}}});
        row("a transposed matrix that is none", shapes,
            {{".hada_w1_a", {6}}, b1, a2, b2, {".hada_t1", {2, 2, 3, 3}}, {".hada_t2", {2, 2, 3, 3}}});
        row("a LoKr of one matrix", some, {{".lokr_w1", {2, 2}}});
        row("a LoKr with a matrix in two ways", twice,
            {{".lokr_w1", {2, 2}}, {".lokr_w1_a", {2, 1}}, {".lokr_w1_b", {1, 2}}, {".lokr_w2", {2, 2}}});
        row("a LoKr whose first factor is a kernel", shapes, {{".lokr_w1", {2, 2, 3, 3}}, {".lokr_w2", {2, 2}}});
        row("a LoKr whose second factor is a list", shapes, {{".lokr_w1", {2, 2}}, {".lokr_w2", {2}}});
        row("a core of another rank", shapes,
            {{".lora_down.weight", {2, 5, 1, 1}},
             {".lora_up.weight", {3, 2, 1, 1}},
             {".lora_mid.weight", {2, 3, 3, 3}}});
        row("a core between kernels", shapes,
            {{".lora_down.weight", {2, 5, 3, 3}},
             {".lora_up.weight", {3, 2, 1, 1}},
             {".lora_mid.weight", {2, 2, 3, 3}}});
        row("a magnitude alone", some, {{".dora_scale", {3, 1}}});
        row("an alpha alone", some, {{".alpha", {}}});
        row("magnitudes of nothing", shapes, {down, up, {".dora_scale", {3, 5}}});
        row("magnitudes of neither", shapes, {down, up, {".dora_scale", {4, 1}}});
        row("magnitudes on no axis", shapes, {down, up, {".dora_scale", {3}}});
        row("PEFT's magnitudes of too many outputs", shapes, {down, up, {".lora_magnitude_vector", {5}}});
        row("both magnitudes", twice, {down, up, {".dora_scale", {3, 1}}, {".lora_magnitude_vector", {3}}});
        row("two kinds", "in two ways", {down, up, {".diff", {3, 5}}});
        row("a difference without elements", shapes, {{".diff", {0, 5}}});
        row("a difference of three dimensions", shapes, {{".diff", {1, 2, 5}}});
        row("a bias without elements", shapes, {{".diff_b", {0}}});
        row("whole numbers", "where floating-point ones are needed", {{".diff", {1, 2}, "I32"}});
    }
    void aChangeIsRefusedUnlessItsTensorsFit() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        write_bytes(file_, bytes.toStdString());
        const QString said = QString::fromStdString(error_of([&] { open_lora(file_); }));
        QVERIFY2(said.contains(expected) && said.contains("lora.safetensors"), said.toUtf8().constData());
    }

    /// Keys of others begin with "lora_unet_", too.
    void theLongestPrefixTellsTheModel() {
        const std::string module = "lora_unet_double_blocks_0_img_attn_qkv";
        write_bytes(file_, file_of({{module + ".lora_down.weight", {2, 5}}, {module + ".lora_up.weight", {9, 2}}}));
        const LoraFile lora = open_lora(file_);
        QCOMPARE(lora.changes("transformer").size(), size_t{1});
        QCOMPARE(lora.changes("transformer").begin()->first, std::string("double_blocks_0_img_attn_qkv.weight"));
        const std::string said = error_of([&] { check_lora(lora, *family_of_class("StableDiffusionPipeline")); });
        QVERIFY2(said.find("is a LoRA for FLUX.2 klein or FLUX.1") != std::string::npos, said.c_str());
        QVERIFY(error_of([&] { check_lora(lora, *family_of_class("Flux2KleinPipeline")); }).empty());
    }

    /// What was one module when the LoRA was trained, and is several, or has changed its order.
    void layersMayMeanSharesOfRows() {
        const Component network{.name = "transformer"};
        const ParameterShapes shapes = {{"block.to_q.weight", {3, 5}},
                                        {"block.to_k.weight", {3, 5}},
                                        {"block.to_v.weight", {3, 5}},
                                        {"last.linear.weight", {4, 5}}};
        const OriginalNames original{.modules = {{"end.mod", "last.linear"}},
                                     .fused = {{"block.qkv", {{"block.to_q"}, {"block.to_k"}, {"block.to_v"}}}},
                                     .swapped = {"end.mod"}};
        const auto matched = [&](const std::string& module, int rows) {
            const std::string key = "diffusion_model." + module;
            write_bytes(file_, file_of({{key + ".lora_A.weight", {2, 5}}, {key + ".lora_B.weight", {rows, 2}}}));
            const LoraFile lora = open_lora(file_);
            std::vector<std::tuple<std::string, int64_t, int64_t, bool>> found;
            for (const LoraMatch& match : match_lora(lora, network, shapes, original))
                found.emplace_back(match.key, match.rows.first_share, match.rows.shares, match.rows.halves_swapped);
            return found;
        };
        using Found = decltype(matched("", 0));
        QVERIFY(matched("block.qkv", 9) == (Found{{"block.to_q.weight", 0, 3, false},
                                                  {"block.to_k.weight", 1, 3, false},
                                                  {"block.to_v.weight", 2, 3, false}}));
        QVERIFY(matched("end.mod", 4) == (Found{{"last.linear.weight", 0, 1, true}}));
        QVERIFY(matched("last.linear", 4) == (Found{{"last.linear.weight", 0, 1, false}}));
        QVERIFY(error_of([&] { matched("block.qkv", 3); }).find("does not have the shape") != std::string::npos);
    }

    void whatPeftSavesNeedsItsConfig() {
        const std::string module = "base_model.model.mid_block.attentions.0.proj_in";
        write_bytes(file_, file_of({{module + ".lora_A.weight", {4, 5}}, {module + ".lora_B.weight", {3, 4}}}));
        const QString said = QString::fromStdString(error_of([&] { open_lora(file_); }));
        QVERIFY2(said.contains("lacks the adapter_config.json"), qPrintable(said));
        const fs::path config = file_.parent_path() / "adapter_config.json";
        write_bytes(config, R"({"peft_type": "LORA", "r": 4, "lora_alpha": 8})");
        QCOMPARE(open_lora(file_).changes("unet").begin()->second.scale, 2.0);
        write_bytes(config, R"({"lora_alpha": [8]})");
        const QString wrong = QString::fromStdString(error_of([&] { open_lora(file_); }));
        QVERIFY2(wrong.contains("adapter_config.json"), qPrintable(wrong));
        fs::remove(config);
    }

    /// fal's trainer saves none, and original names.
    void originalNamesNeedNoConfigOfPeft() {
        const std::string module = "base_model.model.double_blocks.0.img_attn.qkv";
        write_bytes(file_, file_of({{module + ".lora_A.weight", {4, 5}}, {module + ".lora_B.weight", {9, 4}}}));
        const auto changes = open_lora(file_).changes("transformer");
        QCOMPARE(changes.size(), size_t{1});
        QCOMPARE(changes.begin()->first, std::string("double_blocks_0_img_attn_qkv.weight"));
        QCOMPARE(changes.begin()->second.scale, 1.0);
        const fs::path config = file_.parent_path() / "adapter_config.json";
        const auto close = qScopeGuard([&] { fs::remove(config); });
        write_bytes(config, R"({"r": 4, "lora_alpha": 8})");
        QCOMPARE(open_lora(file_).changes("transformer").begin()->second.scale, 2.0);
    }

    void peftsConfigTellsWhichComponentIsMeant_data() {
        QTest::addColumn<QByteArray>("mapping");
        QTest::addColumn<QString>("component");
        QTest::newRow("the network") << QByteArray(R"({"base_model_class": "UNet2DConditionModel"})") << "unet";
        QTest::newRow("a text encoder") << QByteArray(R"({"base_model_class": "CLIPTextModel"})") << "text_encoder";
        QTest::newRow("the other one") << QByteArray(R"({"base_model_class": "CLIPTextModelWithProjection"})")
                                       << "text_encoder_2";
        QTest::newRow("not said") << QByteArray("null") << "unet";
        QTest::newRow("another model") << QByteArray(R"({"base_model_class": "BertModel"})") << "";
    }
    void peftsConfigTellsWhichComponentIsMeant() {
        QFETCH(QByteArray, mapping);
        QFETCH(QString, component);
        const std::string module = "base_model.model.encoder.layers.0.mlp.fc1";
        write_bytes(file_, file_of({{module + ".lora_A.weight", {4, 5}}, {module + ".lora_B.weight", {3, 4}}}));
        const fs::path config = file_.parent_path() / "adapter_config.json";
        write_bytes(config, R"({"r": 4, "lora_alpha": 8, "auto_mapping": )" + mapping.toStdString() + "}");
        const auto close = qScopeGuard([&] { fs::remove(config); });
        if (component.isEmpty()) {
            const QString said = QString::fromStdString(error_of([&] { open_lora(file_); }));
            QVERIFY2(said.contains("which is not part of a LoRA of"), qPrintable(said));
            return;
        }
        const LoraFile lora = open_lora(file_);
        QCOMPARE(lora.changes(component.toStdString()).size(), size_t{1});
        QCOMPARE(lora.changes(component.toStdString()).begin()->second.scale, 2.0);
        const std::string said = error_of([&] { check_lora(lora, *family_of_class("StableDiffusionPipeline")); });
        QCOMPARE(said.empty(), component != "text_encoder_2");
    }

    /// Since version 5 of transformers, diffusers' files lack it.
    void theRootOfATextEncoderMayBeLeftOut() {
        const std::string module = "encoder.layers.0.mlp.fc1";
        const ParameterShapes shapes = {{"text_model." + module + ".weight", {3, 5}}};
        const Component encoder{.name = "text_encoder", .root = "text_model"};
        for (const std::string& prefix : {std::string("text_encoder."), std::string("text_encoder.text_model.")}) {
            write_bytes(file_, file_of({{prefix + module + ".lora_A.weight", {2, 5}},
                                        {prefix + module + ".lora_B.weight", {3, 2}}}));
            const LoraFile lora = open_lora(file_);
            const std::vector<LoraMatch> matches = match_lora(lora, encoder, shapes);
            QCOMPARE(matches.size(), size_t{1});
            QCOMPARE(matches.front().key, shapes.begin()->first);
        }
    }

    /// Text encoders of both are called alike in the model, and have the same shapes.
    void aLoraOfAnotherFamilyIsRefusedByName_data() {
        QTest::addColumn<QString>("prefix");
        QTest::addColumn<QString>("owner");
        QTest::newRow("SD 1's") << "lora_te_"
                                << "Stable Diffusion 1 or 2";
        QTest::newRow("XL's first") << "lora_te1_"
                                    << "Stable Diffusion XL or FLUX.1";
        QTest::newRow("XL's second") << "lora_te2_"
                                     << "Stable Diffusion XL";
        QTest::newRow("PEFT's of XL") << "text_encoder_2."
                                      << "Stable Diffusion XL or FLUX.1";
        QTest::newRow("PEFT's of both") << "text_encoder."
                                        << "";
        QTest::newRow("a UNet's") << "lora_unet_"
                                  << "";
    }
    void aLoraOfAnotherFamilyIsRefusedByName() {
        QFETCH(QString, prefix);
        QFETCH(QString, owner);
        const std::string module = prefix.toStdString() + "text_model_encoder_layers_0_mlp_fc1";
        write_bytes(file_, file_of({{module + ".lora_down.weight", {2, 5}}, {module + ".lora_up.weight", {3, 2}}}));
        const LoraFile lora = open_lora(file_);
        for (const char* name : {"StableDiffusionPipeline", "StableDiffusionXLPipeline"}) {
            const Family& family = *family_of_class(name);
            const QString said = QString::fromStdString(error_of([&] { check_lora(lora, family); }));
            const bool fits = owner.isEmpty() || owner.contains(QString::fromStdString(family.title));
            QVERIFY2(fits ? said.isEmpty() : said.contains("is a LoRA for " + owner + ", and the model is one of"),
                     qPrintable(said));
        }
    }

private:
    QTemporaryDir folder_;
    const fs::path file_ = folder_.filePath("lora.safetensors").toStdString();
};

FANLIGHT_TEST(TestLora)
#include "tst_lora.moc"
