// Scores of texts and labels are those of transformers, and do not depend on neighbours and cuts.

#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/base/file.h"
#include "core/batch/score_task.h"
#include "core/pipelines/judgement.h"
#include "tests/core/networks/logits_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// What transformers made of texts, see tests/golden/scores.py.
const Json& golden() {
    static const Json scores = read_json_file(language_model("scores.json"));
    return scores;
}

const Json& golden_of(const QString& name) { return golden().at("models").at(name.toStdString()); }

Task task_of_row(const Json& row) {
    return ScoreTask{.prompt = row.at("prompt"), .labels = row.value("labels", std::vector<std::string>())};
}

std::vector<Task> tasks_of_rows(const Json& of_model) {
    std::vector<Task> tasks;
    for (const char* kind : {"texts", "labelled"})
        for (const Json& row : of_model.at(kind)) tasks.push_back(task_of_row(row));
    return tasks;
}

/// Within 1e-4 a token.
QString difference(const ResultRecord& made, const Json& row) {
    const double own = made.more.at("sum"), sum = row.at("sum"), tokens = row.at("tokens");
    if (made.more.at("tokens") != row.at("tokens")) return "another number of tokens";
    if (!(std::abs(own - sum) < 1e-4 * tokens)) return QString("%1 and not %2").arg(own).arg(sum);
    const double perplexity = made.more.at("perplexity"), expected = std::exp(-sum / tokens);
    if (!(std::abs(perplexity - expected) < 1e-3 * expected)) return QString("perplexity %1").arg(perplexity);
    return made.text == to_line(made.more.at("sum")) ? "" : "another text";
}

QString label_difference(const ResultRecord& made, const Json& row) {
    if (made.text != row.at("label") || made.more.at("label") != row.at("label")) return "another label";
    for (const char* kind : {"sums", "means"}) {
        if (made.more.at(kind).size() != row.at("labels").size()) return "other labels";
        for (const auto& [label, value] : row.at(kind).items())
            if (const double own = made.more.at(kind).at(label); !(std::abs(own - value.get<double>()) < 1e-3))
                return QString("%1 of %2: %3 and not %4").arg(kind, label.c_str()).arg(own).arg(value.get<double>());
    }
    return "";
}

/// A copy of the model for as many tokens as the long texts have.
void write_longer_model(const QString& name, const std::filesystem::path& folder) {
    std::filesystem::copy(language_model(name.toStdString()), folder, std::filesystem::copy_options::recursive);
    Json config = read_json_file(folder / "config.json");
    config["max_position_embeddings"] = golden().at("positions");
    std::filesystem::remove(folder / "config.json");
    FileReplacement file(folder / "config.json");
    file.write(to_line(config));
    file.commit();
}

Error refusal(const ScoreTask& task) {
    const auto pipeline = load_pipeline(language_model("gpt2"), {});
    try {
        pipeline->open({task});
    } catch (const Error& error) {
        return error;
    }
    return Error("nothing was refused");
}

}  // namespace

class TstScores : public QObject {
    Q_OBJECT

    static void models() {
        QTest::addColumn<QString>("name");
        for (const char* name : language_models) QTest::newRow(name) << name;
    }

    static std::unique_ptr<Pipeline> loaded(const QString& name) {
        return load_pipeline(language_model(name.toStdString()), {});
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void scoresAreThoseOfTransformers_data() { models(); }
    void scoresAreThoseOfTransformers() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const auto pipeline = loaded(name);
        const Json &texts = golden_of(name).at("texts"), &labelled = golden_of(name).at("labelled");
        QVERIFY(texts.size() > 10 && labelled.size() > 5);
        for (const Json& row : texts) {
            const ResultRecord made = texts_of(*pipeline, {task_of_row(row)}).front();
            const QString off = difference(made, row);
            QVERIFY2(off.isEmpty(), qPrintable(QString::fromStdString(row.at("prompt")) + ": " + off));
        }
        for (const Json& row : labelled) {
            const ResultRecord made = texts_of(*pipeline, {task_of_row(row)}).front();
            const QString off = label_difference(made, row);
            QVERIFY2(off.isEmpty(), qPrintable(QString::fromStdString(row.at("prompt")) + ": " + off));
        }
    }

    /// In several pieces, with windows and without.
    void longTextsAreScored_data() {
        QTest::addColumn<QString>("name");
        for (const auto& [name, scores] : golden().at("models").items())
            if (scores.contains("long")) QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void longTextsAreScored() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const QTemporaryDir folder;
        const std::filesystem::path model = std::filesystem::path(folder.path().toStdString()) / "model";
        write_longer_model(name, model);
        const Json &text = golden_of(name).at("long"), &labelled = golden_of(name).at("long_labelled");
        QVERIFY(text.at("tokens") > 600);
        const auto pipeline = load_pipeline(model, {});
        const std::vector<Task> batch = {task_of_row(text), ScoreTask{.prompt = "The cat"}, task_of_row(labelled)};
        const std::vector<ResultRecord> made = texts_of(*pipeline, batch);
        QCOMPARE(difference(made[0], text), QString());
        QCOMPARE(label_difference(made[2], labelled), QString());
        for (size_t i = 0; i < batch.size(); ++i) QVERIFY(texts_of(*pipeline, {batch[i]}).front() == made[i]);
        const auto layers = static_cast<int64_t>(LanguageLayers(name.toStdString()).names().size());
        QVERIFY(records_of(outputs_of_round(stages_here(model, layers, {2}), {batch, batch}).back()) == made);
    }

    /// Alone, with others and in any order, whole, offloaded and in stages: the same bytes.
    void nothingElseCounts_data() { models(); }
    void nothingElseCounts() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const auto model = language_model(name.toStdString());
        const std::vector<Task> tasks = tasks_of_rows(golden_of(name));
        const auto pipeline = loaded(name);
        const std::vector<ResultRecord> together = texts_of(*pipeline, tasks);
        std::vector<ResultRecord> alone;
        for (const Task& task : tasks) alone.push_back(texts_of(*pipeline, {task}).front());
        QVERIFY(alone == together);
        std::vector<ResultRecord> turned = texts_of(*pipeline, {tasks.rbegin(), tasks.rend()});
        std::reverse(turned.begin(), turned.end());
        QVERIFY(turned == together);
        QVERIFY(texts_of(*load_pipeline(model, {.device_map = {{"", "disk"}}}), tasks) == together);
        const auto layers = static_cast<int64_t>(LanguageLayers(name.toStdString()).names().size());
        for (const std::vector<int64_t>& cuts : {std::vector<int64_t>{1}, {3}, {layers - 1}, {1, 2, layers - 1}}) {
            const std::vector<Outputs> made = outputs_of_round(stages_here(model, layers, cuts), {tasks, {tasks[1]}});
            QVERIFY(records_of(made[0]) == together);
            QVERIFY(records_of(made[1]).front() == together[1]);
        }
    }

    /// A label's tokens are scored as they would be at the end of a text.
    void aLabelContinuesItsPrompt() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("llama");
        const auto sum = [&](const ScoreTask& task) {
            return texts_of(*pipeline, {task}).front().more.at("sum").get<double>();
        };
        const Json more =
            texts_of(*pipeline, {ScoreTask{.prompt = "The cat sat", .labels = {"on the mat"}}}).front().more;
        const double label = more.at("sums").at("on the mat"),
                     difference = sum({.prompt = "The cat sat on the mat"}) - sum({.prompt = "The cat sat"});
        QVERIFY2(std::abs(label - difference) < 1e-3, qPrintable(QString("%1, %2").arg(label).arg(difference)));
        QVERIFY(more.at("prompt_tokens") == TextTokenizer::load(language_model("llama")).encode("The cat sat").size());
    }

    void aModelMakesTextsAndScoresInTurn() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("qwen3");
        const Task text = TextTask{.prompt = "The cat", .seed = 1, .max_new_tokens = 10, .do_sample = true},
                   score = ScoreTask{.prompt = "The cat sat"};
        const auto made = texts_of(*pipeline, {text}), scored = texts_of(*pipeline, {score});
        QVERIFY(texts_of(*pipeline, {text}) == made && texts_of(*pipeline, {score}) == scored);
    }

    void longTextsAreRefusedOrTruncated() {
        const c10::InferenceMode inference;
        ScoreTask task{.prompt = std::string(2000, 'x')};
        QCOMPARE(std::string(refusal(task).what()),
                 "The prompt \"" + std::string(40, 'x') +
                     "…\" is 2000 tokens long and the model's context 256; shorten it, or let it be truncated (left or "
                     "right).");
        const auto pipeline = loaded("gpt2");
        const auto whole = texts_of(*pipeline, {ScoreTask{.prompt = std::string(256, 'x')}}).front();
        QCOMPARE(whole.more.at("tokens").get<int>(), 255);
        for (const char* side : {"left", "right"}) {
            task.truncate = side;
            QVERIFY(texts_of(*pipeline, {task}).front() == whole);
        }
    }

    void promptsLeaveRoomForTheirLabels() {
        const c10::InferenceMode inference;
        ScoreTask task{.prompt = std::string(250, 'x'), .labels = {"q", std::string(10, 'z')}};
        QCOMPARE(std::string(refusal(task).what()),
                 "The prompt \"" + std::string(40, 'x') +
                     "…\" is 250 tokens long, its label \"zzzzzzzzzz\" 11, and the model's context 256; shorten them, "
                     "or let the prompt be truncated (left or right).");
        task.truncate = "left";
        const auto pipeline = loaded("gpt2");
        const auto made = texts_of(*pipeline, {task}).front(),
                   fitting =
                       texts_of(*pipeline, {ScoreTask{.prompt = std::string(245, 'x'), .labels = task.labels}}).front();
        QVERIFY(made == fitting);
        QCOMPARE(made.more.at("prompt_tokens").get<int>(), 245);
    }

    void whatHasNoSecondTokenIsRefused() {
        QCOMPARE(std::string(refusal({.prompt = "a"}).what()),
                 std::string("The text is one token long, and a score begins with the second; give a longer text."));
        QVERIFY(std::string(refusal({.prompt = ""}).what()).starts_with("The text is one token long"));
    }

    void numbersThatAreNotFiniteAreNoScore() {
        QVERIFY_THROWS_EXCEPTION(Error, scored({-1, std::nan("")}));
        QVERIFY_THROWS_EXCEPTION(Error, likeliest({"a", "b"}, {{-1}, {-INFINITY}}));
        QVERIFY(scored({-1e6}).more.at("perplexity").is_null());
        QCOMPARE(likeliest({"b", "a"}, {{-1, -1}, {-2}}).text, std::string("b"));  // the first of equals
    }
};

FANLIGHT_TEST(TstScores)
#include "tst_scores.moc"
