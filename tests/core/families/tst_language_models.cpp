#include <QTest>
#include <set>

#include "core/families/parts/t5_config.h"
#include "tests/core/families/model_copy.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

/// A checkpoint of tensors with one number each.
void write_tensors(const fs::path& file, const QStringList& keys) {
    Json header = Json::object();
    for (int i = 0; i < keys.size(); ++i)
        header[keys[i].toStdString()] = {{"dtype", "F32"}, {"shape", {1}}, {"data_offsets", {4 * i, 4 * i + 4}}};
    write_bytes(file, safetensors_bytes(header.dump(), std::string(4 * static_cast<size_t>(keys.size()), '\0')));
}

fs::path golden(const std::string& name) { return source_path("/tests/golden/data/language_models/" + name); }

}  // namespace

class TestLanguageModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFolderIsKnownByItsArchitecture() {
        const std::set<std::string> own = {"gpt2", "phi", "t5"};
        for (const std::string name : {"gpt2", "llama", "mistral", "qwen2", "qwen3", "smollm3", "phi3", "gemma2",
                                       "gemma3", "qwen2_5_vl", "qwen3_vl", "phi", "t5"}) {
            const KnownModel model = open_model_files(golden(name));
            QCOMPARE(model.family.name, own.contains(name) ? name : std::string("llama"));
            QCOMPARE(model.family.task, std::string("text"));
            QVERIFY(contains(model.pipeline_class, name == "gpt2"          ? "GPT2LMHeadModel"
                                                   : name == "t5"          ? "T5ForConditionalGeneration"
                                                   : name.ends_with("_vl") ? "VLForConditionalGeneration"
                                                                           : "ForCausalLM"));
            QCOMPARE(model.files.folder_of("model"), golden(name));
        }
    }

    void traitsAreThoseOfItsConfigs() {
        const ModelTraits llama = traits_of(golden("llama")), qwen = traits_of(golden("qwen2")),
                          gpt2 = traits_of(golden("gpt2"));
        QCOMPARE(llama.context, int64_t{256});
        QVERIFY(llama.chat_template && !qwen.chat_template && !gpt2.chat_template);
        QCOMPARE(llama.generation.do_sample, std::optional(true));
        QCOMPARE(llama.generation.temperature, std::optional(0.6));
        QCOMPARE(llama.generation.top_k, std::optional(50));  // transformers' own default
        QCOMPARE(qwen.generation.repetition_penalty, std::optional(1.05));
        QCOMPARE(qwen.generation.top_k, std::optional(20));
        QVERIFY(!gpt2.generation.max_new_tokens && gpt2.generation.do_sample == false);
    }

    void aTemplateMayBeAFileOfItsOwn() {
        const ModelCopy copy("language_models/gpt2");
        write_bytes(copy.folder() / "chat_template.jinja", "{{ messages }}");
        QVERIFY(traits_of(copy.folder()).chat_template);
    }

    void onlyTheConfigAndTheWeightsMustBeThere() {
        ModelCopy copy("language_models/gpt2");
        fs::remove(copy.folder() / "generation_config.json");
        fs::remove(copy.folder() / "tokenizer_config.json");
        QVERIFY(traits_of(copy.folder()).context == 256);
        QVERIFY(describe_model(copy.folder(), {.tokens = 10}).layers.size() == 7);
        fs::remove(copy.folder() / "config.json");
        QVERIFY(contains(copy.refusal(), "has no model_index.json"));
    }

    void tiesAndRootsAreCompleted() {
        const KnownModel model = open_model_files(golden("gpt2"));
        const StoredTensors tensors = model.files.tensors("model");
        QVERIFY(tensors.tensors.contains("lm_head.weight"));
        QCOMPARE(tensors.tensors.at("lm_head.weight").entry.bytes.data(),
                 tensors.tensors.at("transformer.wte.weight").entry.bytes.data());
        const ModelCopy copy("language_models/gpt2");
        Json header = Json::object();
        header["h.0.ln_1.weight"] = {{"dtype", "F32"}, {"shape", {1}}, {"data_offsets", {0, 4}}};
        header["wte.weight"] = {{"dtype", "F32"}, {"shape", {1}}, {"data_offsets", {4, 8}}};
        write_bytes(copy.folder() / "model.safetensors", safetensors_bytes(header.dump(), std::string(8, '\0')));
        const StoredTensors rooted = open_model_files(copy.folder()).files.tensors("model");
        QVERIFY(rooted.tensors.contains("transformer.h.0.ln_1.weight") && rooted.tensors.contains("lm_head.weight"));
        QVERIFY(!rooted.tensors.contains("wte.weight"));
    }

    /// Where older and newer versions of transformers, and models without a head, have the half that reads texts.
    void theTextHalfIsFoundAndTheOtherLeftOut_data() {
        QTest::addColumn<QStringList>("stored");
        QTest::newRow("older") << QStringList{"model.layers.0.a", "model.norm.weight", "visual.blocks.0.b",
                                              "lm_head.weight"};
        QTest::newRow("newer") << QStringList{"model.language_model.layers.0.a", "model.language_model.norm.weight",
                                              "model.visual.blocks.0.b", "lm_head.weight"};
        QTest::newRow("without a head") << QStringList{"language_model.layers.0.a", "language_model.norm.weight",
                                                       "visual.blocks.0.b"};
        QTest::newRow("alone") << QStringList{"layers.0.a", "norm.weight"};
    }
    void theTextHalfIsFoundAndTheOtherLeftOut() {
        QFETCH(QStringList, stored);
        const ModelCopy copy("language_models/qwen3_vl");
        write_tensors(copy.folder() / "model.safetensors", stored);
        QStringList found;
        for (const auto& [key, tensor] : open_model_files(copy.folder()).files.tensors("model").tensors)
            found.append(QString::fromStdString(key));
        QStringList expected = {"model.layers.0.a", "model.norm.weight"};
        if (stored.contains("lm_head.weight")) expected.prepend("lm_head.weight");
        QCOMPARE(found, expected);
    }

    void aTensorThatIsThereTwiceIsRefused() {
        const ModelCopy copy("language_models/qwen3_vl");
        write_tensors(copy.folder() / "model.safetensors", {"model.norm.weight", "model.language_model.norm.weight"});
        const std::string said = error_of([&] { open_model_files(copy.folder()).files.tensors("model"); });
        QVERIFY2(contains(said, "model.norm.weight") && contains(said, "two names"), said.c_str());
    }

    void whatIsNotSupportedIsRefusedByName_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("said");
        QTest::newRow("quantised") << R"({"quantization_config": {"quant_method": "awq"}})"
                                   << "quantised (awq)";
        QTest::newRow("quantised somehow") << R"({"quantization_config": 3})"
                                           << "quantised";
        QTest::newRow("quantised by a number") << R"({"quantization_config": {"quant_method": 3}})"
                                               << "quantised (quantization_config)";
        QTest::newRow("vision") << R"({"vision_config": {}})"
                                << "reads pictures";
        QTest::newRow("architecture") << R"({"architectures": ["MambaForCausalLM"]})"
                                      << "MambaForCausalLM";
        QTest::newRow("architectures") << R"({"architectures": ["A", "B"]})"
                                       << "architectures";
        QTest::newRow("no architecture") << R"({"architectures": null})"
                                         << "architectures";
        QTest::newRow("rope") << R"({"rope_parameters": {"rope_type": "spiral"}})"
                              << "spiral";
        QTest::newRow("rope of another type") << R"({"rope_parameters": 7})"
                                              << "rope_parameters";
        QTest::newRow("theta") << R"({"rope_parameters": {"rope_theta": 0}})"
                               << "rope_theta";
        QTest::newRow("heads") << R"({"num_attention_heads": 0})"
                               << "num_attention_heads";
        QTest::newRow("uneven heads") << R"({"num_key_value_heads": 3})"
                                      << "evenly";
        QTest::newRow("layers") << R"({"num_hidden_layers": 1000000})"
                                << "num_hidden_layers";
        QTest::newRow("width") << R"({"hidden_size": -5})"
                               << "hidden_size";
        QTest::newRow("width in words") << R"({"hidden_size": "wide"})"
                                        << "hidden_size";
        QTest::newRow("eps") << R"({"rms_norm_eps": 1e300})"
                             << "rms_norm_eps";
    }
    void whatIsNotSupportedIsRefusedByName() {
        QFETCH(QString, patch);
        QFETCH(QString, said);
        ModelCopy copy("language_models/llama");
        copy.change("config.json", Json::parse(patch.toStdString()));
        QVERIFY2(contains(copy.refusal(), said.toStdString()), copy.refusal().c_str());
    }

    void configsOfT5AreChecked_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* patch, const char* said) {
            QTest::newRow(name) << patch << said;
        };
        row("heads", R"({"num_heads": 0})", "num_heads");
        row("all heads together", R"({"num_heads": 1000000, "d_kv": 1000000})", "num_heads");
        row("width", R"({"d_model": "wide"})", "d_model");
        row("decoder's layers", R"({"num_decoder_layers": -1})", "num_decoder_layers");
        row("buckets", R"({"relative_attention_num_buckets": 7})", "relative_attention_num_buckets");
        row("no buckets", R"({"relative_attention_num_buckets": 0})", "relative_attention_num_buckets");
        row("distances", R"({"relative_attention_max_distance": 4})", "relative_attention_max_distance");
        row("eps", R"({"layer_norm_epsilon": -1})", "layer_norm_epsilon");
        row("scale", R"({"scale_decoder_outputs": "yes"})", "scale_decoder_outputs");
        row("quantised", R"({"quantization_config": {"quant_method": "gptq"}})", "quantised (gptq)");
    }
    void configsOfT5AreChecked() {
        QFETCH(QString, patch);
        QFETCH(QString, said);
        ModelCopy copy("language_models/t5");
        copy.change("config.json", Json::parse(patch.toStdString()));
        QVERIFY2(contains(copy.refusal(), said.toStdString()), copy.refusal().c_str());
    }

    void whetherT5ScalesItsOutputIsSaidInSeveralWays() {
        const auto scales = [](const char* config) {
            return T5Config(Json::parse(config), "config.json").scaled_output;
        };
        QVERIFY(scales("{}") && scales(R"({"tie_word_embeddings": true})"));
        QVERIFY(!scales(R"({"tie_word_embeddings": false})"));
        QVERIFY(!scales(R"({"tie_word_embeddings": true, "scale_decoder_outputs": false})"));
        const auto activation = [](const char* name) {
            return T5Config({{"feed_forward_proj", name}}, "config.json").activation;
        };
        QCOMPARE(activation("relu"), std::string("relu"));
        QCOMPARE(activation("gated-gelu"), std::string("gelu_new"));
        QCOMPARE(activation("gated-silu"), std::string("silu"));
    }

    void generationConfigsAreChecked() {
        ModelCopy copy("language_models/llama");
        copy.change("generation_config.json", {{"eos_token_id", "end"}});
        QVERIFY(contains(error_of([&] { traits_of(copy.folder()); }), "eos_token_id"));
        copy.change("generation_config.json", {{"eos_token_id", 1}, {"top_p", 3}});
        QVERIFY(contains(error_of([&] { traits_of(copy.folder()); }), "top_p"));
    }

    void aWeightsFileAloneIsNoModel() {
        const std::string said = error_of([&] { open_model_files(golden("llama") / "model.safetensors"); });
        QVERIFY2(contains(said, "language model without its tokenizer"), said.c_str());
    }
};

FANLIGHT_TEST(TestLanguageModels)
#include "tst_language_models.moc"
