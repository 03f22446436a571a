#include <QTest>

#include "tests/core/families/model_copy.h"

using namespace fanlight;

namespace {

std::filesystem::path golden(const std::string& name) { return source_path("/tests/golden/data/classifiers/" + name); }

}  // namespace

class TestClassifiers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFolderIsKnownByItsArchitecture_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("family");
        for (const auto& [name, family] : {std::pair{"bert", "bert"},
                                           {"bert_masked", "bert"},
                                           {"distilbert", "distilbert"},
                                           {"distilbert_masked", "distilbert"},
                                           {"roberta", "roberta"},
                                           {"roberta_masked", "roberta"},
                                           {"xlm_roberta", "roberta"},
                                           {"xlm_roberta_masked", "roberta"},
                                           {"camembert", "roberta"},
                                           {"gpt2", "gpt2_classifier"},
                                           {"llama", "llama_classifier"},
                                           {"mistral", "llama_classifier"},
                                           {"qwen2", "llama_classifier"},
                                           {"qwen3", "llama_classifier"},
                                           {"smollm3", "llama_classifier"},
                                           {"phi3", "llama_classifier"},
                                           {"gemma2", "llama_classifier"},
                                           {"gemma3", "llama_classifier"}})
            QTest::newRow(name) << name << family;
    }
    void aFolderIsKnownByItsArchitecture() {
        QFETCH(QString, name);
        QFETCH(QString, family);
        const KnownModel model = open_model_files(golden(name.toStdString()));
        QCOMPARE(model.family.name, family.toStdString());
        QCOMPARE(model.family.task, std::string("classify"));
    }

    /// RoBERTa has 130 positions, of which the pad token and the one before it take two.
    void contextsAreWhatPositionsAreLeft() {
        QCOMPARE(traits_of(golden("bert")).context, int64_t{128});
        QCOMPARE(traits_of(golden("distilbert")).context, int64_t{128});
        QCOMPARE(traits_of(golden("roberta")).context, int64_t{128});
        QCOMPARE(traits_of(golden("llama")).context, int64_t{256});
        ModelCopy copy("classifiers/roberta");
        copy.change("config.json", {{"pad_token_id", 9}});
        QCOMPARE(traits_of(copy.folder()).context, int64_t{120});
    }

    /// What a config leaves out is what transformers puts there.
    void sizesHaveTheDefaultsOfTheirClass() {
        const auto layers = [](const char* name, const char* key) {
            ModelCopy copy(std::string("classifiers/") + name);
            copy.change("config.json", {{key, nullptr}});
            return describe_model(copy.folder(), {.tokens = 10}).layers.size();
        };
        QCOMPARE(layers("distilbert", "n_layers"), size_t{1 + 6 + 2});
        QCOMPARE(layers("roberta", "num_hidden_layers"), size_t{1 + 12 + 2});
    }

    /// The decoder of a masked language model is the embedding, and still takes memory of its own.
    void tiedHeadsAreCounted() {
        const ModelDescription masked = describe_model(golden("distilbert_masked"), {.tokens = 10});
        QCOMPARE(masked.layers.back().name, std::string("vocab_projector"));
        const auto vocabulary =
            read_json_file(golden("distilbert_masked") / "config.json").at("vocab_size").get<int64_t>();
        QVERIFY(masked.layers.back().bytes >= vocabulary * 32 * 4);
    }

    void whatIsNotSupportedIsRefusedByName_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* model, const char* patch, const char* said) {
            QTest::addRow("%s %s", model, patch) << model << patch << said;
        };
        for (const char* model : {"bert", "roberta"}) {
            row(model, R"({"hidden_size": -5})", "\"hidden_size\" must be from 1");
            row(model, R"({"hidden_size": "wide"})", "hidden_size");
            row(model, R"({"num_hidden_layers": 1000000})", "\"num_hidden_layers\" must be from 1");
            row(model, R"({"num_attention_heads": 5})", "cannot be divided into 5 heads (num_attention_heads)");
            row(model, R"({"num_attention_heads": 0})", "\"num_attention_heads\" must be from 1");
            row(model, R"({"type_vocab_size": 1e9})", "type_vocab_size");
            row(model, R"({"layer_norm_eps": 7})", "\"layer_norm_eps\" must be from 0.0 to 1.0");
            row(model, R"({"position_embedding_type": "relative_key"})", "only absolute is supported");
            row(model, R"({"is_decoder": true})", "supported as encoders only");
            row(model, R"({"quantization_config": {"quant_method": "gptq"}})", "quantised (gptq)");
            row(model, R"({"id2label": {"1": null}})", "id2label");
        }
        row("roberta", R"({"pad_token_id": -1})", "\"pad_token_id\" must be from 0");
        row("roberta", R"({"pad_token_id": 129})", "positions begin behind pad_token_id, which is 129");
        row("roberta", R"({"max_position_embeddings": 2})", "positions begin behind pad_token_id, which is 1");
        row("roberta", R"({"pad_token_id": 9000000000000000000})", "pad_token_id");
        row("distilbert", R"({"dim": 0})", "\"dim\" must be from 1");
        row("distilbert", R"({"n_layers": 100000})", "\"n_layers\" must be from 1");
        row("distilbert", R"({"n_heads": 3})", "dim is 32 and cannot be divided into 3 heads (n_heads)");
        row("distilbert", R"({"hidden_dim": 1e30})", "hidden_dim");
        row("distilbert", R"({"max_position_embeddings": -1})", "\"max_position_embeddings\" must be from 1");
        row("distilbert", R"({"vocab_size": [3]})", "vocab_size");
        row("llama", R"({"num_key_value_heads": 3})", "evenly");
        row("llama", R"({"rope_parameters": {"rope_type": "spiral"}})", "spiral");
        row("llama", R"({"id2label": 3})", "id2label");
        row("bert", R"({"architectures": ["BertForTokenClassification"]})", "BertForTokenClassification");
        row("llama", R"({"architectures": ["LlamaForQuestionAnswering"]})", "LlamaForQuestionAnswering");
    }
    void whatIsNotSupportedIsRefusedByName() {
        QFETCH(QString, model);
        QFETCH(QString, patch);
        QFETCH(QString, said);
        ModelCopy copy("classifiers/" + model.toStdString());
        copy.change("config.json", Json::parse(patch.toStdString()));
        QVERIFY2(contains(copy.refusal(), said.toStdString()), copy.refusal().c_str());
    }

    /// A language model's weights under a classifier's config.
    void aModelThatWasNeverTrainedToClassifyIsRefused() {
        for (const auto& [model, key] :
             {std::pair{"distilbert", "classifier.weight"}, {"roberta", "classifier.out_proj.weight"}}) {
            const ModelCopy copy("classifiers/" + std::string(model));
            std::filesystem::copy_file(golden(std::string(model) + "_masked") / "model.safetensors",
                                       copy.folder() / "model.safetensors",
                                       std::filesystem::copy_options::overwrite_existing);
            QVERIFY2(contains(copy.refusal(), std::string("holds no ") + key + ": the model has never been trained"),
                     copy.refusal().c_str());
        }
    }
};

FANLIGHT_TEST(TestClassifiers)
#include "tst_classifiers.moc"
