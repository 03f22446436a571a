#include <QTest>

#include "core/base/file.h"
#include "core/protocol/run_plan.h"
#include "tests/support/programs.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// Runs that are finished by other workers than they were begun with.
class TestResumedElsewhere : public QObject, RunOwnerFixture {
    Q_OBJECT

    QString folder() const { return QString::fromStdString(path("run").string()); }

    qsizetype recorded() const { return content_of(folder() + "/.fanlight/journal.jsonl").count(R"("type":"done")"); }

    /// Begins a run on one worker of three threads, and kills it when two images are recorded: one that stands on disk
    /// without its record is made again.
    void interrupt() {
        QProcess generate;
        generate.start(build_path("/fanlight"),
                       QStringList{"generate", "--devices", "cpu", "--threads", "3", "--quiet", "-o", folder()} +
                           QStringList(12, "slow"));
        WAIT_FOR(recorded() >= 2);
        generate.kill();
        generate.waitForFinished(timeout_ms);
        QVERIFY(recorded() < 12);
    }

    static ProgramResult resume(const QString& folder, const QStringList& words) {
        return run_fanlight(QStringList{"generate", "--quiet", "--resume", folder} + words);
    }

private Q_SLOTS:
    void init() {
        begin();
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
    }
    void cleanup() { end(); }

    void whatIsOnDiskSaysWhatMadeEachImage() {
        interrupt();
        const ProgramResult resumed = resume(folder(), {"--devices", "cpu,cpu", "--threads", "1"});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(QDir(folder()).entryList({"*.png"}).size(), 12);
        const RunPlan plan = read_plan(path("run"));
        QCOMPARE(plan.devices, std::vector<std::string>(2, "cpu"));
        QVERIFY(plan.placement == replicas_on(plan.devices));
        QCOMPARE(plan.recipe.threads, 1);
        const QByteArray rows = content_of(folder() + "/manifest.jsonl");
        const auto before = rows.count("\"threads\":3,"), since = rows.count("\"threads\":1,");
        QVERIFY2(before >= 2 && since >= 1 && before + since == 12, rows);
        QVERIFY2(rows.count("\"worker\":1,") + rows.count("\"worker\":1}") >= 1, rows);
    }

    void threadsAloneMayBeOthers() {
        interrupt();
        QCOMPARE(resume(folder(), {"--threads", "2"}).status, 0);
        QCOMPARE(read_plan(path("run")).devices, std::vector<std::string>{"cpu"});
        QCOMPARE(read_plan(path("run")).recipe.threads, 2);
    }

    void aRefusedResumptionChangesNothing() {
        interrupt();
        const std::string plan = read_file(path("run") / ".fanlight" / "run.json");
        const ProgramResult refused = resume(folder(), {"--devices", "cuda:0"});
        QCOMPARE(refused.status, 2);
        QCOMPARE(refused.err.count('\n'), 1);
        QCOMPARE(resume(folder(), {"--devices", "cpu", "--steps", "3"}).status, 2);
        QCOMPARE(read_file(path("run") / ".fanlight" / "run.json"), plan);
        QCOMPARE(resume(folder(), {}).status, 0);
        QCOMPARE(read_plan(path("run")).recipe.threads, 3);
    }
};

FANLIGHT_TEST(TestResumedElsewhere, QCoreApplication)
#include "tst_resumed_elsewhere.moc"
