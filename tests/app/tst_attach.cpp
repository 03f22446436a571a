#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "core/owner/run_client.h"
#include "core/owner/run_sockets.h"
#include "tests/support/places.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace Qt::StringLiterals;

namespace {

constexpr int timeout_ms = 60'000;

}  // namespace

/// attach, add, pause, resume and cancel, as a user types them while `fanlight generate` is running.
class TestAttach : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    std::unique_ptr<QProcess> run_;

    QString folder() const { return dir_->path() + "/run"; }

    bool generate(int images) {
        run_ = std::make_unique<QProcess>();
        QStringList arguments{"generate", "--devices", "cpu", "--quiet", "-o", folder()};
        for (int i = 0; i < images; ++i) arguments.append("slow");
        run_->start(build_path("/fanlight"), arguments);
        return QTest::qWaitFor([&] { return QFile::exists(folder() + "/.fanlight/socket"); }, timeout_ms);
    }

    int exit_code_of_run() const {
        if (run_->state() != QProcess::NotRunning) run_->waitForFinished(timeout_ms);
        return run_->exitCode();
    }

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_RUNTIME_DIR", dir_->path().toUtf8());
        qputenv("XDG_STATE_HOME", (dir_->path() + "/state").toUtf8());
        qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker"));
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
    }
    void cleanup() {
        if (run_) run_->kill();
        if (run_) run_->waitForFinished(timeout_ms);
        run_.reset();
    }

    void withoutARunEachCommandSaysSo_data() {
        QTest::addColumn<QString>("command");
        for (const char* command : {"attach", "pause", "resume", "cancel"}) QTest::newRow(command) << QString(command);
    }
    void withoutARunEachCommandSaysSo() {
        QFETCH(QString, command);
        const ProgramResult any = run_fanlight({command});
        QCOMPARE(any.status, 2);
        QCOMPARE(any.err, u"fanlight: You have no run in progress\n"_s);
        const ProgramResult named = run_fanlight({command, dir_->path()});
        QCOMPARE(named.status, 2);
        QVERIFY(named.err.contains("holds no run"));
    }

    void anAttachedTerminalSeesTheRunToItsEnd() {
        QVERIFY(generate(20));
        const ProgramResult attached = run_fanlight({"attach", folder(), "--json"});
        QCOMPARE(attached.status, 0);
        QVERIFY(attached.out.startsWith("{"));
        QVERIFY(attached.out.contains("\"type\":\"started\""));
        QVERIFY(attached.out.contains("\"type\":\"image\""));
        QVERIFY(attached.out.contains("\"type\":\"finished\""));
        QCOMPARE(exit_code_of_run(), 0);
    }

    void aRunIsPausedResumedAndCancelled() {
        QVERIFY(generate(200));
        const ProgramResult paused = run_fanlight({"pause"});
        QVERIFY2(paused.status == 0 && paused.err.startsWith("Paused"), qPrintable(paused.err));
        const ProgramResult resumed = run_fanlight({"resume", folder()});
        QVERIFY2(resumed.status == 0 && resumed.err.startsWith("Resumed"), qPrintable(resumed.err));
        const ProgramResult cancelled = run_fanlight({"cancel"});
        QVERIFY2(cancelled.status == 0 && cancelled.err.startsWith("Cancelled"), qPrintable(cancelled.err));
        QCOMPARE(exit_code_of_run(), 130);
    }

    void leftOutImagesHaveNotFailed() {
        QVERIFY(generate(30));
        QProcess attached;
        attached.start(build_path("/fanlight"), {"attach", folder()});
        RunClient client;
        QSignalSpy connected(&client, &RunClient::connected), refused(&client, &RunClient::refused);
        client.connect_to(socket_of_run(folder().toStdString()));
        QVERIFY(connected.wait(timeout_ms));
        client.cancel(1, {27, 28, 29});
        QVERIFY(attached.waitForFinished(timeout_ms));
        QVERIFY(refused.isEmpty());
        QCOMPARE(attached.exitCode(), 130);
        const QByteArray said = attached.readAllStandardError();
        QVERIFY2(said.contains("3 cancelled") && !said.contains("failed"), said);
        QCOMPARE(exit_code_of_run(), 130);
        const ProgramResult resumed = run_fanlight({"generate", "--resume", folder(), "--json"});
        QCOMPARE(resumed.status, 0);
        QCOMPARE(QDir(folder()).entryList({"*.png"}).size(), 30);
    }

    void whoWatchesARunThatIsKilledLearnsHowItGoesOn() {
        QVERIFY(generate(200));
        QProcess attached;
        attached.start(build_path("/fanlight"), {"attach", folder(), "--json"});
        QVERIFY(attached.waitForReadyRead(timeout_ms));
        run_->kill();
        QVERIFY(attached.waitForFinished(timeout_ms));
        QCOMPARE(attached.exitCode(), 1);
        QCOMPARE(QString::fromUtf8(attached.readAllStandardError()),
                 "fanlight: The run owner has ended; continue the run with fanlight queue resume " + folder() + "\n");
    }

    void imagesAreAddedToARun() {
        QVERIFY(generate(20));
        const ProgramResult typed = run_fanlight({"add", folder(), "a cat", "a bird"});
        QVERIFY2(typed.status == 0 && typed.err.startsWith("Added 2 images"), qPrintable(typed.err));
        QFile list(dir_->path() + "/more.csv");
        QVERIFY(list.open(QIODevice::WriteOnly));
        list.write("prompt,seed,images\na horse,9,3\n");
        list.close();
        const ProgramResult listed = run_fanlight({"add", "-p", list.fileName()});
        QVERIFY2(listed.status == 0 && listed.err.startsWith("Added 3 images"), qPrintable(listed.err));
        QFile project(dir_->path() + "/more.fanlight");
        QVERIFY(project.open(QIODevice::WriteOnly));
        project.write(
            "{\"fanlight_project\":1,\"prefix\":\"a photo of\"}\n{\"prompt\":\"a cow\"}\n{\"prompt\":\"a hen\"}\n");
        project.close();
        const ProgramResult kept = run_fanlight({"add", "-p", project.fileName()});
        QVERIFY2(kept.status == 0 && kept.err.startsWith("Added 2 images"), qPrintable(kept.err));
        QCOMPARE(exit_code_of_run(), 0);
        QCOMPARE(QDir(folder()).entryList({"*.png"}).size(), 27);
        QVERIFY(QFile::exists(folder() + "/00024-11-a-horse.png"));
        QCOMPARE(QDir(folder()).entryList({"*a-photo-of-a-cow.png"}).size(), 1);
    }

    void anOwnerThatDoesNotAnswerIsSaidToBeWaitedFor() {
        QVERIFY(generate(20));
        const auto owner = static_cast<pid_t>(run_->processId());
        QCOMPARE(::kill(owner, SIGSTOP), 0);
        QProcess pause;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("FANLIGHT_NOTICE_SECONDS", "0.2");
        pause.setProcessEnvironment(environment);
        pause.start(build_path("/fanlight"), {"pause", folder()});
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT((said += pause.readAllStandardError(), said.contains(" so far).\n")), 20'000);
        QVERIFY2(said.startsWith("Waiting for the owner of the run in " + folder().toUtf8() + " to answer ("), said);
        QCOMPARE(::kill(owner, SIGCONT), 0);
        QVERIFY(pause.waitForFinished(timeout_ms));
        QCOMPARE(pause.exitCode(), 0);
        QCOMPARE(run_fanlight({"cancel", folder()}).status, 0);
        QCOMPARE(exit_code_of_run(), 130);
    }

    void aWorkerThatLoadsIsSaidToBeWaitedFor() {
        QProcess slow;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("FANLIGHT_NOTICE_SECONDS", "0.1");
        environment.insert("FAKE_WORKER_LOAD_SECONDS", "1");
        slow.setProcessEnvironment(environment);
        slow.start(build_path("/fanlight"), {"generate", "a dog", "--devices", "cpu", "-o", folder()});
        QVERIFY(slow.waitForFinished(timeout_ms));
        const QByteArray said = slow.readAllStandardError();
        QVERIFY2(said.contains("Waiting for a worker to load the model (0 s so far).\n"), said);
    }

    void impossibleAdditionsAreRefusedWithAReason() {
        QVERIFY(generate(100));
        QCOMPARE(run_fanlight({"add", folder()}).status, 2);  // nothing to add
        const ProgramResult unknown = run_fanlight({"add", folder(), "-p", dir_->path() + "/none.csv"});
        QCOMPARE(unknown.status, 2);
        QCOMPARE(run_fanlight({"cancel", folder()}).status, 0);
        QCOMPARE(exit_code_of_run(), 130);
        const ProgramResult late = run_fanlight({"add", folder(), "a cat"});
        QVERIFY2(late.status == 2 && late.err.contains("not being made"), qPrintable(late.err));
    }

    void interruptingAnAttachedTerminalLeavesTheRunAlone() {
        QVERIFY(generate(200));
        QProcess attached;
        attached.start(build_path("/fanlight"), {"attach", "--json"});
        QVERIFY(attached.waitForReadyRead(timeout_ms));
        ::kill(static_cast<pid_t>(attached.processId()), SIGINT);
        QVERIFY(attached.state() == QProcess::NotRunning || attached.waitForFinished(timeout_ms));
        QCOMPARE(attached.exitCode(), 0);
        QCOMPARE(run_->state(), QProcess::Running);
        QCOMPARE(run_fanlight({"cancel", folder()}).status, 0);
    }
};

FANLIGHT_TEST(TestAttach, QCoreApplication)
#include "tst_attach.moc"
