#include <QTemporaryDir>
#include <QTest>
#include <map>
#include <sstream>

#include "core/run/finished_rows.h"
#include "core/run/stop_requests.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/recording_events.h"
#include "tests/support/test.h"
#include "tests/support/toy_text/toy_text.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// Runs whose results are records: a kind of task that no room knows, made by the fake worker.
class TstTextRun : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path out_;
    RecordingEvents events_;

    static RunPlan plan_of(const std::vector<std::string>& prompts, int workers = 1, int batch_size = 1) {
        std::vector<Item> items;
        for (const std::string& prompt : prompts) {
            const auto index = static_cast<int64_t>(items.size());
            items.push_back({index, index, "", ToyText{prompt, static_cast<uint64_t>(index), 2}});
        }
        return fake_plan(std::move(items), workers, batch_size);
    }

    RunResult make(std::optional<RunPlan> plan) {
        events_ = {};
        return run_batch({.folder = out_,
                          .plan = std::move(plan),
                          .worker_program = build_path("/tests/fanlight-fake-worker"),
                          .silence_seconds = 1,
                          .backoff_seconds = 0.02},
                         std::ref(events_));
    }

    std::string text_of(int64_t item) const {
        const Replay replay = replay_journals(out_ / ".fanlight");
        const auto found = replay.done.find(item);
        return found == replay.done.end() ? "" : found->second.record()->text;
    }

private Q_SLOTS:
    void initTestCase() { add_toy_text(); }
    void init() {
        out_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction() /
               (QTest::currentDataTag() ? QTest::currentDataTag() : "run");
    }

    void textsAreKeptInTheJournal() {
        QCOMPARE(make(plan_of({"a", "b", "c", "d", "e"}, 2, 2)).counts.done, int64_t{5});
        QVERIFY(events_.warnings.empty());
        QVERIFY(files_in(out_).size() == 1 && files_in(out_).contains("results.jsonl"));
        const auto rows = finished_rows(out_);
        QCOMPARE(rows.size(), size_t{5});
        QCOMPARE(rows[1].made.record()->text, std::string("b b"));
        QVERIFY(rows[1].made.record()->more == Json({{"words", 2}}));
        QCOMPARE(rows[1].made.device_name, std::string("Fake cpu"));
        std::istringstream lines(read_file(out_ / "results.jsonl"));
        std::string line;
        std::getline(std::getline(lines, line), line);
        const Json row = Json::parse(line);
        QVERIFY(row["index"] == 1 && row["prompt"] == "b" && row["text"] == "b b" && row["words"] == 2);
        QVERIFY(row["seed"] == 1 && row["device_name"] == "Fake cpu" && row["worker"].is_number_integer());
        QVERIFY(read_plan(out_).items[3].task == Task(ToyText{"d", 3, 2}));
    }

    void aRunIsTakenUpWhereItWasLeft() {
        QVERIFY_EXCEPTION_THROWN(make(plan_of({"a", "b", "disk once", "d"})), Error);
        const auto before = replay_journals(out_ / ".fanlight").done;
        QCOMPARE(before.size(), size_t{2});
        QCOMPARE(make({}).counts.done, int64_t{4});
        QCOMPARE(events_.done, (std::vector<int64_t>{2, 3}));  // none twice
        QCOMPARE(text_of(2), std::string("disk once disk once"));
        for (const auto& [item, result] : before) QVERIFY(replay_journals(out_ / ".fanlight").done.at(item) == result);
    }

    void aDamagedRecordIsMadeAgain() {
        make(plan_of({"a", "b", "c"}));
        const fs::path journal = out_ / ".fanlight" / "journal.jsonl";
        std::string bytes = read_file(journal);
        bytes.replace(bytes.find("b b"), 3, "b x");
        replace_file(journal, bytes);
        QCOMPARE(make({}).counts.done, int64_t{3});
        QCOMPARE(events_.done, std::vector<int64_t>{1});
        QVERIFY(events_.warned_of("the record is damaged"));
        QCOMPARE(text_of(1), std::string("b b"));
    }

    void aWorkerThatDiesOverATextIsStartedAgain() {
        QCOMPARE(make(plan_of({"a", "die once", "c"})).counts.done, int64_t{3});
        QCOMPARE(events_.count(WorkerState::Restarting), 1);
        QCOMPARE(text_of(1), std::string("die once die once"));
    }

    void aResultOfTheWrongSortIsNotBelieved_data() {
        QTest::addColumn<bool>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("a file for a text") << true << "it wrote text.png where texts are made";
        QTest::newRow("a text for an image") << false << "it sent a text where images are made";
    }
    void aResultOfTheWrongSortIsNotBelieved() {
        QFETCH(bool, text);
        QFETCH(QString, reason);
        RunPlan plan = plan_of({"a", "wrong result once"});
        if (!text) plan = fake_plan({fake_item(0, "a dog"), fake_item(1, "wrong result once")}, 1);
        QCOMPARE(make(plan).counts.done, int64_t{2});
        QVERIFY2(events_.warned_of(reason.toStdString()), events_.warnings.at(0).c_str());
        QCOMPARE(events_.count(WorkerState::Restarting), 1);
    }

    void aTextHasNoFileName() {
        RunPlan plan = plan_of({"a"});
        plan.items[0].place = "0.txt";
        QVERIFY_EXCEPTION_THROWN(create_run(out_, plan), UsageError);
    }
};

FANLIGHT_TEST(TstTextRun, QCoreApplication)
#include "tst_text_run.moc"
