// Scores: their labels from lists and options, and their JSON.

#include "core/batch/score_task.h"

#include <QTest>

#include "core/base/json.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/request_json.h"
#include "core/prompts/prompt_json.h"
#include "core/prompts/prompt_list.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Labels = std::vector<std::string>;

Labels labels_of(const std::string& text) {
    Overrides values;
    find_parameter("labels", ScoreTask::kind)->read(text, values, "W");
    return *values.labels;
}

std::string refusal(const std::string& text) {
    try {
        labels_of(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

std::vector<PromptRow> rows_of(const std::string& text, ListFormat format) {
    std::vector<PromptRow> rows;
    read_prompts(
        text, format, "L", [&](PromptRow row) { rows.push_back(std::move(row)); }, ScoreTask::kind);
    return rows;
}

}  // namespace

class TstScoreTask : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void labelsHaveCommasBetweenThem() {
        QVERIFY(labels_of("yes,no") == (Labels{"yes", "no"}));
        QVERIFY(labels_of(" yes , not at all") == (Labels{"yes", "not at all"}));
        QVERIFY(labels_of(R"(["well, yes", "نعم"])") == (Labels{"well, yes", "نعم"}));
        QVERIFY(labels_of("one") == Labels{"one"});
    }

    void labelsThatCannotBeAreRefused() {
        for (const char* empty : {"", "yes,", ",", "[]", R"(["a", ""])"})
            QVERIFY2(refusal(empty).starts_with("W: labels must not be empty, not "), empty);
        QCOMPARE(refusal("a, b,a"), std::string("W: labels must differ from each other, not \"a, b,a\"."));
        for (const char* wrong : {"[1]", "[", "[\"a\"", "[[\"a\"]]"})
            QVERIFY2(refusal(wrong).starts_with("W: labels must be texts with commas between them, or a JSON list"),
                     wrong);
        QVERIFY(refusal("a,\xff").find("is not UTF-8") != std::string::npos);
    }

    void listsHaveLabels() {
        const auto lines = rows_of(R"({"id": 7, "prompt": "a", "labels": ["x", "y, z"], "label": "old", "sum": 3}
{"prompt": "b", "labels": "x, y", "note": {"n": 1}}
{"prompt": "c"}
)",
                                   ListFormat::JsonLines);
        QVERIFY(*lines[0].overrides.labels == (Labels{"x", "y, z"}));
        // What is known of a row is no slip for "labels".
        QVERIFY(Json::parse(*lines[0].overrides.columns) == Json::parse(R"({"id": 7, "label": "old", "sum": 3})"));
        QVERIFY(*lines[1].overrides.labels == (Labels{"x", "y"}) && !lines[2].overrides.labels);
        const auto table = rows_of("prompt,labels\na,\"x, y\"\n", ListFormat::Csv);
        QVERIFY(*table[0].overrides.labels == (Labels{"x", "y"}));
        const ScoreTask defaults{.labels = {"p", "q"}};
        QVERIFY(Task(defaults).of_row(lines[2]).as<ScoreTask>().labels == defaults.labels);
        QVERIFY(Task(defaults).of_row(lines[0]).as<ScoreTask>().labels == *lines[0].overrides.labels);
    }

    void rowsSurviveBeingSent() {
        const PromptRow row =
            rows_of(R"({"prompt": "a", "labels": ["x", "y, z"], "truncate": "left"})", ListFormat::JsonLines).front();
        const auto again = rows_of(prompt_object(row), ListFormat::JsonLines);
        QVERIFY(*again[0].overrides.labels == *row.overrides.labels);
        QCOMPARE(*again[0].overrides.truncate, std::string("left"));
    }

    void parametersBelongToTheirKindOfTask() {
        for (const char* other : {"temperature", "steps", "text_pair", "max_new_tokens", "prompt_template"})
            QVERIFY2(!find_parameter(other, ScoreTask::kind), other);
        for (const char* other : {"text", "classify", "image"}) QVERIFY2(!find_parameter("labels", other), other);
    }

    void jsonKeepsEverything() {
        const Task task = ScoreTask{.prompt = "x",
                                    .labels = {"a", "b"},
                                    .truncate = "right",
                                    .special_tokens = false,
                                    .columns = R"({"id":"7"})"};
        const Item item{.index = 3, .row = 1, .place = "", .task = task};
        QVERIFY(Json(item).get<Item>() == item);
        Json json;
        Task(ScoreTask{.prompt = "x"}).write(json);
        QCOMPARE(to_line(json), std::string(R"({"prompt":"x"})"));
        QCOMPARE(task.summary(), std::string("2 labels"));
        QCOMPARE(Task(ScoreTask{.prompt = "x"}).summary(), std::string("log-likelihood"));
    }
};

FANLIGHT_TEST(TstScoreTask)
#include "tst_score_task.moc"
