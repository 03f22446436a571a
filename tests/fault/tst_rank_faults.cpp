// Ranks started by hand and supervised only by each other: whatever happens to one, the others notice it and say so in
// a sentence of our own, and no image is lost.

#include <signal.h>

#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <memory>
#include <vector>

#include "tests/support/places.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QString build = build_path();
constexpr int timeout_ms = 120000;
constexpr const char* silence = "4";

QStringList two_stages() { return {"--mode", "pipelined", "--devices", "cpu,cpu"}; }

}  // namespace

class TstRankFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", folder_.filePath("cache").toUtf8());
        generate(folder_.filePath("expected"), {"--devices", "cpu"});
        expected_ = images_in(folder_.filePath("expected"));
        QCOMPARE(expected_.size(), 12);
    }

    void cleanup() {
        for (const auto& process : processes_) {
            process->kill();
            process->waitForFinished();
        }
        processes_.clear();
    }

    void theOthersMakeWhatALostRankLeaves_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<bool>("on_network");
        QTest::addColumn<int>("ranks");
        QTest::addColumn<int>("signal");
        const QStringList replicas = {"--devices", "cpu"};
        QTest::newRow("a replica that is killed") << replicas << false << 2 << SIGKILL;
        QTest::newRow("a replica that is stopped") << replicas << true << 2 << SIGSTOP;
        QTest::newRow("a replica with a share of its own")
            << replicas + QStringList{"--split", "even"} << true << 3 << SIGKILL;
        QTest::newRow("a stage of one of two pipelines") << two_stages() << false << 4 << SIGKILL;
        QTest::newRow("a stage that is stopped") << two_stages() << true << 4 << SIGSTOP;
    }

    void theOthersMakeWhatALostRankLeaves() {
        QFETCH(QStringList, options);
        QFETCH(bool, on_network);
        QFETCH(int, ranks);
        QFETCH(int, signal);
        const QString folder = folder_.filePath(QTest::currentDataTag());
        start(prepared(folder, options), ranks, on_network);
        const int victim = ranks - 1;
        hit(folder, victim, signal);
        for (int rank = 0; rank < victim; ++rank) QCOMPARE(status_of(rank), 0);
        const QString loss = QString("Rank %1 on %2 has not been heard from for %3 s; the others make what it leaves")
                                 .arg(victim)
                                 .arg(QSysInfo::machineHostName(), silence);
        QVERIFY2(said(0).contains(loss), qPrintable(said(0)));
        if (ranks == 4)
            QVERIFY2(said(2).contains("The pipeline of rank 2 cannot go on: Rank 3 on "), qPrintable(said(2)));
        for (int rank = 0; rank < victim; ++rank) expect_only_own_messages(rank);
        QCOMPARE(images_in(folder), expected_);
        QCOMPARE(content_of(folder + "/manifest.csv").count('\n'), 13);
    }

    void aPipelineThatIsAloneEndsAndIsFinishedLater_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("its stage is killed") << SIGKILL;
        QTest::newRow("its stage is stopped") << SIGSTOP;
    }

    void aPipelineThatIsAloneEndsAndIsFinishedLater() {
        QFETCH(int, signal);
        const QString folder = folder_.filePath(QString("alone, ") + QTest::currentDataTag());
        start(prepared(folder, two_stages()), 2, false);
        hit(folder, 1, signal);
        QCOMPARE(status_of(0), 3);
        QVERIFY2(said(0).contains("has not been heard from"), qPrintable(said(0)));
        QVERIFY2(said(0).contains("of 12 images in " + folder + "; make the rest with fanlight generate --resume"),
                 qPrintable(said(0)));
        expect_only_own_messages(0);
        expect_resumed(folder);
    }

    void withoutRank0TheOthersEnd_data() {
        QTest::addColumn<bool>("on_network");
        QTest::addColumn<int>("signal");
        QTest::addColumn<QString>("sentence");
        const QString silent =
            "Rank 0 on " + QSysInfo::machineHostName() + " has not been heard from for " + silence + " s; ";
        const QString store_gone = "Rank 0 has ended or is stopped: nothing is heard any more from 127.0.0.1:";
        QTest::newRow("stopped, in a folder") << false << SIGSTOP << silent;
        QTest::newRow("killed, and the store with it") << true << SIGKILL << store_gone;
        QTest::newRow("stopped, and the store with it") << true << SIGSTOP << store_gone;
    }

    void withoutRank0TheOthersEnd() {
        QFETCH(bool, on_network);
        QFETCH(int, signal);
        QFETCH(QString, sentence);
        const QString folder = folder_.filePath(QString("rank 0 is ") + QTest::currentDataTag());
        start(prepared(folder, {"--devices", "cpu"}), 2, on_network);
        hit(folder, 0, signal);
        QCOMPARE(status_of(1), 1);
        QVERIFY2(said(1).startsWith("fanlight-worker: " + sentence) && said(1).count('\n') == 1, qPrintable(said(1)));
        QVERIFY2(said(1).contains("start the processes again"), qPrintable(said(1)));
        processes_[0]->kill();
        QVERIFY(processes_[0]->waitForFinished(timeout_ms));
        expect_resumed(folder);
    }

    void whoIsInterruptedIsToldHowToGoOn() {
        const QString folder = folder_.filePath("interrupted");
        QProcess launcher;
        launcher.start(build + "/fanlight", QStringList{"launch", "--cpu", "--num-processes", "2"} + command(folder));
        QTRY_VERIFY_WITH_TIMEOUT(images_in(folder).size() >= 2, timeout_ms);
        ::kill(static_cast<pid_t>(launcher.processId()), SIGINT);
        QVERIFY(launcher.waitForFinished(timeout_ms));
        QCOMPARE(launcher.exitCode(), 130);
        const QString said = QString::fromUtf8(launcher.readAllStandardError());
        QCOMPARE(said.count("Interrupted; finish it with fanlight generate --resume " + folder + ".\n"), 1);
        expect_resumed(folder);
    }

    void aRankThatCannotLoadTheModelSaysWhyToAll() {
        const QString folder = folder_.filePath("without a model");
        const QString run =
            prepared(folder, {"--devices", "cpu", "-m", "/proc/self/cwd/model"}, machine_folder("here"));
        start(run, 2, false, {machine_folder("here"), folder_.path()});
        QCOMPARE(status_of(0), 0);
        QCOMPARE(status_of(1), 1);
        QVERIFY2(said(0).contains("Rank 1 on " + QSysInfo::machineHostName() + " has ended: "), qPrintable(said(0)));
        QCOMPARE(images_in(folder).size(), 12);
    }

    void aMachineWithAnotherModelIsRefused() {
        const QString folder = folder_.filePath("another model"), other = machine_folder("there");
        QFile weights(other + "/model/vae/config.json");
        QVERIFY(weights.open(QIODevice::Append));
        weights.write(" ");
        weights.close();
        const QString run =
            prepared(folder, {"--devices", "cpu", "-m", "/proc/self/cwd/model"}, machine_folder("here"));
        start(run, 2, true, {machine_folder("here"), other});
        for (const int rank : {0, 1}) {
            QCOMPARE(status_of(rank), 1);
            const QString sentence = said(rank);
            QVERIFY2(sentence.contains("differs: rank 1 on " + QSysInfo::machineHostName() + " has SHA-256 ") &&
                         sentence.contains("… and rank 0 on " + QSysInfo::machineHostName() + " has ") &&
                         sentence.count('\n') == 1,
                     qPrintable(sentence));
        }
        QCOMPARE(images_in(folder), QStringList());
    }

private:
    /// A folder with a copy of the starter model, which stands for a machine.
    QString machine_folder(const QString& name) {
        const QString place = folder_.filePath(name);
        if (!QDir(place).exists()) {
            QDir().mkpath(place);
            QProcess::execute("cp", {"-rL", source_path("/resources/starter/model"), place + "/model"});
        }
        return place;
    }

    static QStringList command(const QString& folder) {
        return {"generate", "a dog", "a cat", "--images-per-prompt", "6", "--steps", "8",  "-W",
                "64",       "-H",    "64",    "--threads",           "1", "--quiet", "-o", folder};
    }

    static void generate(const QString& folder, const QStringList& options, const QString& place = {}) {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        if (!place.isEmpty()) process.setWorkingDirectory(place);
        process.start(build + "/fanlight", command(folder) + options);
        QVERIFY(process.waitForFinished(timeout_ms));
        QVERIFY2(process.exitCode() == 0, process.readAll().constData());
    }

    /// The path of its run.json.
    static QString prepared(const QString& folder, const QStringList& options, const QString& place = {}) {
        generate(folder, options + QStringList{"--prepare"}, place);
        return folder + "/.fanlight/run.json";
    }

    void start(const QString& run, int ranks, bool on_network, const QStringList& places = {}) {
        QTcpServer probe;
        probe.listen(QHostAddress::LocalHost);
        const QString port = QString::number(probe.serverPort());
        probe.close();
        QVERIFY(QDir().mkpath(run + ".meeting"));
        for (int rank = 0; rank < ranks; ++rank) {
            QProcess& process = *processes_.emplace_back(std::make_unique<QProcess>());
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("RANK", QString::number(rank));
            environment.insert("WORLD_SIZE", QString::number(ranks));
            environment.insert("FANLIGHT_SILENCE_SECONDS", silence);
            if (on_network) {
                environment.insert("MASTER_ADDR", "127.0.0.1");
                environment.insert("MASTER_PORT", port);
            } else {
                environment.insert("FANLIGHT_STORE", "file://" + run + ".meeting");
            }
            process.setProcessEnvironment(environment);
            process.setProcessChannelMode(QProcess::MergedChannels);
            if (!places.isEmpty()) process.setWorkingDirectory(places[rank]);
            process.start(build + "/fanlight-worker", {"run", run});
        }
    }

    /// Sends the signal once the run is in progress.
    void hit(const QString& folder, int rank, int signal) {
        QTRY_VERIFY_WITH_TIMEOUT(images_in(folder).size() >= 2, timeout_ms);
        ::kill(static_cast<pid_t>(processes_[rank]->processId()), signal);
        QVERIFY2(images_in(folder).size() < expected_.size(), "the run was over before anything happened to it");
    }

    int status_of(int rank) {
        QProcess& process = *processes_[rank];
        process.waitForFinished(timeout_ms);
        const bool ended = process.state() == QProcess::NotRunning && process.exitStatus() == QProcess::NormalExit;
        said_[rank] = QString::fromUtf8(process.readAll());
        return ended ? process.exitCode() : -1;
    }

    QString said(int rank) const { return said_.value(rank); }

    /// Messages of c10d and Gloo must go to the log, not to the user.
    void expect_only_own_messages(int rank) const {
        for (const char* word : {"c10d", "gloo", "Socket", "recv", "frame #", ".cpp"})
            QVERIFY2(!said(rank).contains(word, Qt::CaseInsensitive), qPrintable(said(rank)));
    }

    void expect_resumed(const QString& folder) const {
        QVERIFY(images_in(folder).size() < expected_.size());
        QCOMPARE(run_fanlight({"generate", "--quiet", "--resume", folder}).status, 0);
        QCOMPARE(images_in(folder), expected_);
    }

    QTemporaryDir folder_;
    QStringList expected_;
    std::vector<std::unique_ptr<QProcess>> processes_;
    QMap<int, QString> said_;
};

FANLIGHT_TEST(TstRankFaults, QCoreApplication)
#include "tst_rank_faults.moc"
