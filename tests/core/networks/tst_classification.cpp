// Labels, logits and masked words are those of transformers, whole and in stages.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <cstring>

#include "core/base/file.h"
#include "core/batch/classify_task.h"
#include "tests/core/networks/stages_here.h"
#include "tests/core/networks/texts_of.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::filesystem::path classifier(const std::string& name) {
    return source_path("/tests/golden/data/classifiers/" + name);
}

/// What transformers made of texts, see tests/golden/classifiers.py.
const Json rows_of_transformers(const std::string& name) {
    return read_json_file(classifier(name + ".json")).at("rows");
}

Task task_of_row(const Json& row) {
    return ClassifyTask{.prompt = row.at("prompt"), .text_pair = row.value("text_pair", "")};
}

std::vector<Task> tasks_of_rows(const Json& rows) {
    std::vector<Task> tasks;
    for (const Json& row : rows) tasks.push_back(task_of_row(row));
    return tasks;
}

double off(const Json& made, const Json& expected) {
    if (made.size() != expected.size()) return INFINITY;
    double most = 0;
    for (size_t i = 0; i < made.size(); ++i)
        most = std::max(most, std::abs(made[i].get<double>() - expected[i].get<double>()));
    return most;
}

QString lines_of(const std::vector<ResultRecord>& records) {
    Json lines = Json::array();
    for (const ResultRecord& record : records) lines.push_back({record.text, record.more});
    return QString::fromStdString(lines.dump(1));
}

/// Further tensors in a file, of one zero each.
void add_tensors(const std::filesystem::path& file, const QStringList& keys) {
    const std::string bytes = read_file(file);
    uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    Json header = Json::parse(bytes.substr(sizeof length, length));
    std::string data = bytes.substr(sizeof length + length);
    for (const QString& key : keys) {
        header[key.toStdString()] = {
            {"dtype", "F16"}, {"shape", {1}}, {"data_offsets", {data.size(), data.size() + 2}}};
        data.append(2, '\0');
    }
    std::filesystem::remove(file);
    write_bytes(file, safetensors_bytes(header.dump(), data));
}

Error refusal(const std::string& name, const ClassifyTask& task) {
    const auto pipeline = load_pipeline(classifier(name), {});
    try {
        pipeline->open({task});
    } catch (const Error& error) {
        return error;
    }
    return Error("nothing was refused");
}

}  // namespace

class TstClassification : public QObject {
    Q_OBJECT

    static void models(const std::vector<const char*>& names) {
        QTest::addColumn<QString>("name");
        for (const char* name : names) QTest::newRow(name) << name;
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void labelsAreThoseOfTransformers_data() {
        models({"gpt2", "gpt2_padded", "bert", "bert_topics", "distilbert", "roberta", "xlm_roberta", "camembert",
                "llama", "mistral", "qwen2", "qwen3", "smollm3", "phi3", "gemma2", "gemma3"});
    }
    void labelsAreThoseOfTransformers() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Json expected = rows_of_transformers(name.toStdString());
        const auto pipeline = load_pipeline(classifier(name.toStdString()), {});
        const std::vector<ResultRecord> made = texts_of(*pipeline, tasks_of_rows(expected));
        QCOMPARE(made.size(), expected.size());
        for (size_t i = 0; i < made.size(); ++i) {
            const Json &more = made[i].more, &row = expected[i];
            QVERIFY(more.at("prompt_tokens") == row.at("prompt_tokens"));
            QVERIFY2(off(more.at("logits"), row.at("logits")) < 1e-4,
                     qPrintable(QString("row %1: %2 off").arg(i).arg(off(more.at("logits"), row.at("logits")))));
            QCOMPARE(made[i].text, row.at("label").get<std::string>());
            QVERIFY(more.at("label") == row.at("label"));
            QVERIFY(more.at("score") == more.at("probabilities").at(made[i].text));
            std::vector<double> probabilities;
            for (const auto& value : row.at("probabilities")) probabilities.push_back(value);
            std::vector<double> own;
            for (const auto& value : more.at("probabilities")) own.push_back(value);
            std::sort(own.begin(), own.end());
            std::sort(probabilities.begin(), probabilities.end());
            QVERIFY(off(own, probabilities) < 1e-5);
        }
    }

    /// Alone, with others and in any order, whole and in stages: the same bytes.
    void nothingElseCounts_data() {
        models({"gpt2", "bert", "bert_masked", "distilbert", "distilbert_masked", "roberta", "roberta_masked",
                "xlm_roberta_masked", "llama", "mistral", "qwen2", "qwen3", "smollm3", "phi3", "gemma2", "gemma3"});
    }
    void nothingElseCounts() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const auto model = classifier(name.toStdString());
        const std::vector<Task> tasks = tasks_of_rows(rows_of_transformers(name.toStdString()));
        const auto pipeline = load_pipeline(model, {});
        const std::vector<ResultRecord> together = texts_of(*pipeline, tasks);
        std::vector<ResultRecord> alone;
        for (const Task& task : tasks) alone.push_back(texts_of(*pipeline, {task}).front());
        QCOMPARE(lines_of(alone), lines_of(together));
        std::vector<ResultRecord> turned = texts_of(*pipeline, {tasks.rbegin(), tasks.rend()});
        std::reverse(turned.begin(), turned.end());
        QCOMPARE(lines_of(turned), lines_of(together));
        const ModelFolder folder(model);
        const auto layers =
            static_cast<int64_t>(network_half(folder.family()).probe(folder, {}, {.tokens = 2}).layers.size());
        for (const std::vector<int64_t>& cuts : {std::vector<int64_t>{3}, {1, 4}, {2, layers - 1}}) {
            const auto stages = stages_here(model, layers, cuts);
            const std::vector<Outputs> made = outputs_of_round(stages, {tasks, {tasks[1]}});
            QCOMPARE(lines_of(records_of(made[0])), lines_of(together));
            QCOMPARE(lines_of(records_of(made[1])), lines_of({together[1]}));
        }
    }

    void masksAreFilledAsInTransformers_data() {
        models({"bert_masked", "distilbert_masked", "roberta_masked", "xlm_roberta_masked", "camembert_masked"});
    }
    void masksAreFilledAsInTransformers() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const Json expected = rows_of_transformers(name.toStdString());
        const auto pipeline = load_pipeline(classifier(name.toStdString()), {});
        const std::vector<ResultRecord> made = texts_of(*pipeline, tasks_of_rows(expected));
        for (size_t i = 0; i < made.size(); ++i) {
            QCOMPARE(made[i].text, expected[i].at("text").get<std::string>());
            const Json &own = made[i].more.at("masks"), &masks = expected[i].at("masks");
            QCOMPARE(own.size(), masks.size());
            for (size_t mask = 0; mask < masks.size(); ++mask) {
                QVERIFY(own[mask].at("tokens") == masks[mask].at("tokens"));
                QVERIFY(off(own[mask].at("probabilities"), masks[mask].at("probabilities")) < 1e-5);
            }
        }
    }

    void aTextWithoutAMaskIsRefused() {
        for (const auto& [name, mask] : {std::pair{"bert_masked", "[MASK]"}, {"roberta_masked", "<mask>"}})
            QCOMPARE(std::string(refusal(name, {.prompt = "a cat"}).what()),
                     "The text has no mask to fill in; write " + std::string(mask) + " where a word is wanted.");
    }

    /// The longer text of a pair loses tokens first, and the special tokens stay.
    void longPairsAreTruncated() {
        const c10::InferenceMode inference;
        const auto repeated = [](const char* word, int times) {
            std::string text;
            for (int i = 0; i < times; ++i) text += std::string(word) + " ";
            return text;
        };
        const auto pipeline = load_pipeline(classifier("bert"), {});
        const ClassifyTask task{.prompt = repeated("a", 300), .text_pair = repeated("b", 25), .truncate = "right"};
        const auto made = texts_of(*pipeline, {task}).front();
        const auto fitting =
            texts_of(*pipeline, {ClassifyTask{.prompt = repeated("a", 100), .text_pair = repeated("b", 25)}}).front();
        QVERIFY(made.more == fitting.more && made.more.at("prompt_tokens") == 128);
    }

    void oldNamesOfNormsAreKnown() {
        const c10::InferenceMode inference;
        const QTemporaryDir folder;
        const std::filesystem::path model = folder.path().toStdString();
        std::filesystem::copy(classifier("bert"), model, std::filesystem::copy_options::recursive);
        QFile file(folder.filePath("model.safetensors"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        bytes.replace("LayerNorm.weight\"", "LayerNorm.gamma\" ").replace("LayerNorm.bias\"", "LayerNorm.beta\"");
        file.seek(0);
        file.write(bytes);
        file.close();
        const ClassifyTask task{.prompt = "a cat"};
        QCOMPARE(lines_of(texts_of(*load_pipeline(model, {}), {task})),
                 lines_of(texts_of(*load_pipeline(classifier("bert"), {}), {task})));
    }

    void whatOlderCheckpointsHoldBesidesDoesNoHarm_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("keys");
        const QStringList roberta = {"roberta.embeddings.position_ids", "roberta.pooler.dense.weight",
                                     "roberta.pooler.dense.bias", "lm_head.decoder.bias"};
        QTest::newRow("roberta") << "roberta" << roberta;
        QTest::newRow("roberta_masked") << "roberta_masked" << roberta;
        QTest::newRow("bert_masked") << "bert_masked"
                                     << QStringList{"bert.embeddings.position_ids", "bert.pooler.dense.weight",
                                                    "cls.seq_relationship.bias", "cls.predictions.decoder.bias"};
        QTest::newRow("llama") << "llama" << QStringList{"model.layers.0.self_attn.rotary_emb.inv_freq"};
    }
    void whatOlderCheckpointsHoldBesidesDoesNoHarm() {
        QFETCH(QString, name);
        QFETCH(QStringList, keys);
        const c10::InferenceMode inference;
        const QTemporaryDir folder;
        const std::filesystem::path model = folder.path().toStdString();
        std::filesystem::copy(classifier(name.toStdString()), model, std::filesystem::copy_options::recursive);
        add_tensors(model / "model.safetensors", keys);
        const std::vector<Task> tasks = {task_of_row(rows_of_transformers(name.toStdString())[0])};
        QCOMPARE(lines_of(texts_of(*load_pipeline(model, {}), tasks)),
                 lines_of(texts_of(*load_pipeline(classifier(name.toStdString()), {}), tasks)));
        add_tensors(model / "model.safetensors", {"another.weight"});
        QVERIFY(QString(error_of([&] { load_pipeline(model, {}); }).c_str()).contains("another.weight"));
    }

    void onlyTheBestLabelsAreListed() {
        const c10::InferenceMode inference;
        const auto pipeline = load_pipeline(classifier("gpt2"), {});
        const auto all = texts_of(*pipeline, {ClassifyTask{.prompt = "a"}}).front(),
                   two = texts_of(*pipeline, {ClassifyTask{.prompt = "a", .top_k = 2}}).front();
        QCOMPARE(all.more.at("probabilities").size(), size_t{3});
        QCOMPARE(two.more.at("probabilities").size(), size_t{2});
        QVERIFY(two.more.at("probabilities").contains(two.text) && two.more.at("logits") == all.more.at("logits"));
    }

    void longTextsAreRefusedOrTruncated() {
        const c10::InferenceMode inference;
        ClassifyTask task{.prompt = std::string(2000, 'x')};
        QCOMPARE(std::string(refusal("gpt2", task).what()),
                 "The prompt \"" + std::string(40, 'x') +
                     "…\" is 2000 tokens long and the model's context 256; shorten it, or let it be truncated (left or "
                     "right).");
        task.truncate = "right";
        const auto pipeline = load_pipeline(classifier("gpt2"), {});
        const auto made = texts_of(*pipeline, {task}).front(),
                   short_one = texts_of(*pipeline, {ClassifyTask{.prompt = std::string(256, 'x')}}).front();
        QVERIFY(made.more == short_one.more);
    }

    void aModelThatWasNeverTrainedToClassifyIsRefused() {
        const QTemporaryDir folder;
        const std::filesystem::path model = folder.path().toStdString();
        std::filesystem::copy(language_model("gpt2"), model, std::filesystem::copy_options::recursive);
        std::filesystem::copy(classifier("gpt2") / "config.json", model,
                              std::filesystem::copy_options::overwrite_existing);
        const std::string expected = model.string() + " holds no score.weight: the model has never been trained to";
        const auto refused = [&](const auto& act) {
            try {
                act();
            } catch (const Error& error) {
                return std::string(error.what()).substr(0, expected.size());
            }
            return std::string();
        };
        QCOMPARE(refused([&] { load_pipeline(model, {}); }), expected);
        QCOMPARE(refused([&] { describe_model(model, {}); }), expected);
    }
};

FANLIGHT_TEST(TstClassification)
#include "tst_classification.moc"
