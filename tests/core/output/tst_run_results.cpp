#include "core/output/run_results.h"

#include <QTest>

#include "core/base/json.h"
#include "core/batch/classify_task.h"
#include "core/batch/text_task.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Item item_of(Task task) { return {.index = 3, .task = std::move(task), .recipe = Shared<Recipe>(Recipe())}; }

Result judged() { return {.item = 3, .content = ResultRecord{"sad", {{"label", "sad"}, {"score", 0.75}}}}; }

Json row_of(const Item& item, const Result& result) { return Json::parse(result_line(item, result)); }

}  // namespace

class TestRunResults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void columnsOfTheListComeBack() {
        const Json row =
            row_of(item_of(ClassifyTask{.prompt = "a", .columns = R"({"id": 7, "seed": 5, "mood": [1]})"}), judged());
        QVERIFY(row.at("id") == 7 && row.at("seed") == 5 && row.at("mood") == Json::parse("[1]"));
    }

    /// A result's own keys mean what they always mean, and nothing of the list is lost.
    void columnsThatAreCalledLikeKeysOfResultsComeBackUnderAnotherName() {
        const Item item = item_of(
            ClassifyTask{.prompt = "a",
                         .columns = R"({"label": "glad", "score": 1, "input_score": 2, "index": 40, "finish": "x"})"});
        const Json row = row_of(item, judged());
        QVERIFY(row.at("label") == "sad" && row.at("score") == 0.75 && row.at("index") == 3);
        QVERIFY(row.at("input_label") == "glad" && row.at("input_index") == 40 && row.at("finish") == "x");
        QVERIFY(row.at("input_score") == 2 && row.at("input_input_score") == 1);
        const Json failed = Json::parse(result_line(item, FailedRecord{3, "error", "too long"}));
        QVERIFY(!failed.contains("label") && failed.at("input_label") == "glad");
    }

    void eachKindOfTaskHasItsOwnKeys() {
        const Result made = {.item = 3, .content = ResultRecord{"b", {{"finish", "length"}}}};
        const Json row = row_of(item_of(TextTask{.prompt = "a", .columns = R"({"label": "glad", "finish": 1})"}), made);
        QVERIFY(row.at("label") == "glad" && row.at("finish") == "length" && row.at("input_finish") == 1);
    }
};

FANLIGHT_TEST(TestRunResults)
#include "tst_run_results.moc"
