// Configs of the decoders that are not plainly Llama's: what holds if they do not say it, older forms, and wrong ones.

#include <QTest>

#include "core/families/parts/llama_config.h"
#include "core/families/parts/phi_config.h"
#include "tests/core/families/model_copy.h"

using namespace fanlight;

namespace {

Json config_of(const std::string& name) {
    return read_json_file(source_path("/tests/golden/data/language_models/" + name + "/config.json"));
}

Json without(Json config, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) config.erase(key);
    return config;
}

LlamaConfig llama_like(const Json& config) { return LlamaConfig(config, "config.json"); }

std::vector<int64_t> windows_of(const LlamaConfig& config) {
    std::vector<int64_t> windows;
    for (const LlamaConfig::Layer& layer : config.of_layer) windows.push_back(layer.window);
    return windows;
}

}  // namespace

class TestDecoderConfigs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Before transformers 5: a pattern for the types of layers, and a theta for each type beside the scaling.
    void gemma3sOlderFormMeansTheSame() {
        const LlamaConfig newer = llama_like(config_of("gemma3"));
        Json json = without(config_of("gemma3"), {"rope_parameters", "layer_types"});
        json["rope_scaling"] = {{"rope_type", "linear"}, {"factor", 8.0}};
        for (const bool with_thetas : {false, true}) {
            if (with_thetas) json.update({{"rope_theta", 1e6}, {"rope_local_base_freq", 1e4}});
            const LlamaConfig older = llama_like(json);
            QCOMPARE(windows_of(older), windows_of(newer));
            for (const LlamaConfig& config : {older, newer}) {
                QVERIFY(config.rope.kind == RopeConfig::Kind::Linear && config.window_rope->factor == 1);
                QVERIFY(config.rope.factor == 8 && config.rope.theta == 1e6 && config.window_rope->theta == 1e4);
                QVERIFY(config.rope_of(config.of_layer[0]) == &*config.window_rope);
                QVERIFY(config.rope_of(config.of_layer[2]) == &config.rope);
            }
        }
        json.update({{"rope_theta", 7.0}, {"rope_local_base_freq", 5.0}});
        QVERIFY(llama_like(json).rope.theta == 7 && llama_like(json).window_rope->theta == 5);
    }

    void whichLayersHaveWindows() {
        Json json = without(config_of("gemma2"), {"layer_types", "sliding_window"});
        QCOMPARE(windows_of(llama_like(json)), (std::vector<int64_t>{4096, 0, 4096}));
        json["layer_types"] = {"full_attention", "sliding_attention", "full_attention"};
        QCOMPARE(windows_of(llama_like(json)), (std::vector<int64_t>{0, 4096, 0}));
        json = without(config_of("gemma3"), {"layer_types", "sliding_window_pattern"});
        json["num_hidden_layers"] = 7;
        QCOMPARE(windows_of(llama_like(json)), (std::vector<int64_t>{20, 20, 20, 20, 20, 0, 20}));
        json = config_of("phi3");
        QCOMPARE(windows_of(llama_like(json)), (std::vector<int64_t>{24, 24, 24}));
        for (const Json& none :
             {without(json, {"sliding_window"}),
              Json(json).patch(Json::parse(R"([{"op": "replace", "path": "/sliding_window", "value": null}])"))})
            QCOMPARE(windows_of(llama_like(none)), (std::vector<int64_t>{0, 0, 0}));
    }

    void whatIsMissingIsNotNull() {
        Json json = without(config_of("gemma2"),
                            {"attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar"});
        QVERIFY(llama_like(json).score_cap == 50 && llama_like(json).logit_cap == 30);
        QCOMPARE(llama_like(json).score_scale, 1.0 / 16);
        json["attn_logit_softcapping"] = json["final_logit_softcapping"] = nullptr;
        QVERIFY(llama_like(json).score_cap == 0 && llama_like(json).logit_cap == 0);
        // transformers' Gemma 3 has this value and does not use it.
        Json third = config_of("gemma3");
        third["attn_logit_softcapping"] = 50.0;
        QVERIFY(llama_like(third).score_cap == 0 && llama_like(third).logit_cap == 12);
        QVERIFY(llama_like(without(third, {"final_logit_softcapping"})).logit_cap == 0);
    }

    void whenTextsAreComputedAnew() {
        const Json json = config_of("phi3");
        QCOMPARE(llama_like(json).recompute_at(), std::optional<int64_t>(70));
        Json defaulted = without(json, {"original_max_position_embeddings"});
        defaulted["rope_parameters"].erase("original_max_position_embeddings");
        QCOMPARE(llama_like(defaulted).recompute_at(), std::optional<int64_t>(4096));
        QVERIFY(!llama_like(without(json, {"rope_parameters"})).recompute_at());
        QVERIFY(!llama_like(config_of("gemma2")).recompute_at());
    }

    void contextsAreExtendedByFactors() {
        Json json = without(config_of("llama"), {"rope_parameters"});
        QCOMPARE(llama_like(json).context, int64_t{256});
        for (const char* type : {"linear", "dynamic", "yarn"}) {
            json["rope_scaling"] = {{"rope_type", type}, {"factor", 4.0}};
            QCOMPARE(llama_like(json).context, int64_t{1024});
            QCOMPARE(llama_like(json).rope.context, int64_t{256});
        }
        json["rope_scaling"] = {{"type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 64}};
        QCOMPARE(llama_like(json).context, int64_t{256});
        json["rope_scaling"] = {{"type", "linear"}, {"factor", 1e14}};
        QVERIFY(llama_like(json).context <= 100'000'000);
        json["rope_scaling"] = {{"type", "linear"}, {"factor", 0.5}};
        QCOMPARE(llama_like(json).context, int64_t{256});
        QCOMPARE(llama_like(config_of("gemma3")).context, int64_t{256});
    }

    /// Newer configs have what concerns texts in an object of its own, and older ones among the rest. The positions of
    /// a text are one number each, so "mrope" is no other rotation; only models that read pictures may say it.
    void whatConcernsTextsMayBeInAnObjectOfItsOwn() {
        for (const char* name : {"qwen2_5_vl", "qwen3_vl"}) {
            const Json nested = config_of(name);
            Json flat = text_config(nested, "config.json");
            QVERIFY(!flat.contains("text_config") && flat.contains("vision_config"));
            QVERIFY(flat.at("architectures") == nested.at("architectures"));
            const double theta = flat.at("rope_parameters").at("rope_theta");
            flat.erase("rope_parameters");
            flat.update({{"rope_theta", theta}, {"rope_scaling", {{"type", "mrope"}, {"mrope_section", {1, 1, 2}}}}});
            const LlamaConfig newer = llama_like(nested), older = llama_like(flat);
            for (const LlamaConfig& config : {newer, older}) {
                QVERIFY(config.rope.kind == RopeConfig::Kind::Default && config.rope.theta == theta);
                QVERIFY(config.width == 32 && config.layers == 3 && config.kv_heads == 2 && config.context == 256);
                QCOMPARE(std::string(config.kind.architecture), nested.at("architectures")[0].get<std::string>());
            }
            QCOMPARE(newer.head_dim, older.head_dim);
        }
        Json llama = without(config_of("llama"), {"rope_parameters"});
        llama["rope_scaling"] = {{"type", "mrope"}};
        QVERIFY(contains(error_of([&] { llama_like(llama); }), "\"mrope\" is not known"));
    }

    void whatModelsThatReadPicturesDoNotSay() {
        const std::vector<std::string> optional = {"rope_parameters", "rms_norm_eps", "max_position_embeddings",
                                                   "head_dim", "num_key_value_heads"};
        const auto read = [&](const char* name) {
            Json config = without(text_config(config_of(name), "config.json"), optional);
            config.update({{"num_attention_heads", 32}, {"hidden_size", 4096}});
            return llama_like(config);
        };
        const LlamaConfig second = read("qwen2_5_vl"), third = read("qwen3_vl");
        QVERIFY(second.rope.theta == 1e6 && second.eps == 1e-5 && second.context == 32768 && second.head_dim == 128);
        QVERIFY(third.rope.theta == 5e5 && third.eps == 1e-6 && third.context == 128000 && third.head_dim == 128);
        QVERIFY(second.kv_heads == 8 && third.kv_heads == 32);
        QVERIFY(second.qkv_bias && !second.output_bias && !third.qkv_bias && third.kind.normed_heads);
        Json windows = text_config(config_of("qwen2_5_vl"), "config.json");
        windows = without(windows, {"layer_types", "max_window_layers"});
        windows.update({{"use_sliding_window", true}, {"sliding_window", 20}, {"num_hidden_layers", 82}});
        const std::vector<int64_t> found = windows_of(llama_like(windows));
        QVERIFY(found[79] == 0 && found[80] == 20 && found[81] == 20);
    }

    void phiRotatesAHalfUnlessItSaysOtherwise() {
        Json json = without(config_of("phi"), {"rope_parameters"});
        QCOMPARE(PhiConfig(json, "config.json").rope.dim, int64_t{8});
        json["partial_rotary_factor"] = 0.25;
        QCOMPARE(PhiConfig(json, "config.json").rope.dim, int64_t{4});
    }

    void wrongOnesAreRefused_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* model, const char* patch, const char* said) {
            QTest::addRow("%s %s", model, patch) << model << patch << said;
        };
        row("gemma2", R"({"attn_logit_softcapping": 0})", "attn_logit_softcapping");
        row("gemma2", R"({"attn_logit_softcapping": "NaN"})", "attn_logit_softcapping");
        row("gemma2", R"({"final_logit_softcapping": -30})", "final_logit_softcapping");
        row("gemma2", R"({"final_logit_softcapping": 1e300})", "final_logit_softcapping");
        row("gemma2", R"({"query_pre_attn_scalar": 0})", "query_pre_attn_scalar");
        row("gemma2", R"({"sliding_window": 0})", "sliding_window");
        row("gemma2", R"({"layer_types": ["full_attention"]})", "a type for each layer");
        row("gemma2", R"({"layer_types": ["full_attention", "full_attention", "chunked"]})",
            "\"chunked\" is not known");
        row("gemma2", R"({"layer_types": 7})", "layer_types");
        row("gemma2", R"({"head_dim": 0})", "head_dim");
        row("gemma2", R"({"use_bidirectional_attention": true})", "writes none");
        row("gemma2", R"({"hidden_activation": 5})", "hidden_activation");
        row("gemma3", R"({"layer_types": null, "sliding_window_pattern": 0})", "sliding_window_pattern");
        row("gemma3", R"({"rope_parameters": {"full_attention": 3}})", "full_attention must be an object");
        row("gemma3", R"({"rope_parameters": {"full_attention": {"rope_type": "spiral"}}})", "spiral");
        row("gemma3", R"({"rope_parameters": {"sliding_attention": {"rope_theta": -1}}})", "rope_theta");
        row("gemma3", R"({"rope_parameters": [1]})", "rope_parameters must be an object");
        row("gemma3", R"({"rope_scaling": "linear"})", "rope_scaling must be an object");
        row("gemma3", R"({"num_key_value_heads": 0})", "num_key_value_heads");
        row("qwen2_5_vl", R"({"text_config": 7})", "text_config must be an object");
        row("qwen2_5_vl", R"({"text_config": {"hidden_size": -1}})", "hidden_size");
        row("qwen3_vl", R"({"text_config": {"rope_parameters": [1]}})", "rope_parameters must be an object");
        row("qwen3_vl", R"({"text_config": {"rope_parameters": {"rope_type": "spiral"}}})", "spiral");
        row("qwen3_vl", R"({"text_config": {"rope_parameters": {"rope_type": 3}}})", "rope_type");
        row("qwen3_vl", R"({"text_config": {"quantization_config": {"quant_method": "awq"}}})", "quantised (awq)");
        row("qwen3_vl", R"({"quantization_config": {"quant_method": "fp8"}})", "quantised (fp8)");
        row("qwen3_vl", R"({"architectures": ["Qwen3VLMoeForConditionalGeneration"]})", "is not known");
        row("phi3", R"({"rope_parameters": {"short_factor": [1]}})", "short_factor must be 6 numbers");
        row("phi3", R"({"rope_parameters": {"long_factor": null}})", "long_factor");
        row("phi3", R"({"rope_parameters": {"partial_rotary_factor": 2}})", "partial_rotary_factor");
        row("phi3", R"({"original_max_position_embeddings": 0})", "original_max_position_embeddings");
        row("phi3", R"({"intermediate_size": null})", "intermediate_size");
        row("phi3", R"({"sliding_window": -1})", "sliding_window");
        row("phi", R"({"num_attention_heads": 0})", "num_attention_heads");
        row("phi", R"({"num_attention_heads": 65})", "num_attention_heads");
        row("phi", R"({"num_key_value_heads": 3})", "evenly");
        row("phi", R"({"qk_layernorm": "yes"})", "qk_layernorm");
        row("phi", R"({"layer_norm_eps": -1})", "layer_norm_eps");
        row("phi", R"({"rope_parameters": {"partial_rotary_factor": 0.1}})", "which must be even");
        row("phi", R"({"vocab_size": null})", "vocab_size");
        row("phi", R"({"quantization_config": {"quant_method": "gptq"}})", "quantised (gptq)");
    }
    void wrongOnesAreRefused() {
        QFETCH(QString, model);
        QFETCH(QString, patch);
        QFETCH(QString, said);
        ModelCopy copy("language_models/" + model.toStdString());
        QCOMPARE(copy.refusal(), std::string());
        copy.change("config.json", Json::parse(patch.toStdString()));
        QVERIFY2(contains(copy.refusal(), said.toStdString()), copy.refusal().c_str());
    }
};

FANLIGHT_TEST(TestDecoderConfigs)
#include "tst_decoder_configs.moc"
