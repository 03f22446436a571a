// The same run under `fanlight generate` and under each launcher found on clusters yields the same bytes.

#include <signal.h>
#include <unistd.h>

#include <QHostInfo>
#include <QImage>
#include <QSet>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

#include "tests/support/places.h"
#include "tests/support/programs.h"
#include "tests/support/result_rows.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QString build = build_path();
const QString torchrun = FANLIGHT_TORCHRUN;
constexpr int timeout_ms = 120000;

QStringList generate(const QString& folder, int images, const QStringList& more = {}) {
    return QStringList{"generate",
                       "a dog",
                       "a cat",
                       "--images-per-prompt",
                       QString::number(images),
                       "--steps",
                       "3",
                       "-W",
                       "64",
                       "-H",
                       "64",
                       "--threads",
                       "1",
                       "--quiet",
                       "-o",
                       folder} +
           (more.contains("--devices") ? more : more + QStringList{"--devices", "cpu"});
}

/// Slurm on this machine, with its own key and socket; shut down with the object.
class Slurm {
public:
    /// Returns what went wrong; empty: nothing.
    QString start() {
        const QString host = QHostInfo::localHostName(), user = user_name();
        write("munge.key", QByteArray(1024, 'k'), QFile::ReadOwner);
        write("slurm.conf", QString("ClusterName=fanlight\nSlurmctldHost=%1(127.0.0.1)\nSlurmUser=%2\nSlurmdUser=%2\n"
                                    "AuthType=auth/munge\nAuthInfo=socket=%3/munge.socket\n"
                                    "SlurmctldPort=26817\nSlurmdPort=26818\nProctrackType=proctrack/linuxproc\n"
                                    "TaskPlugin=task/none\nSelectType=select/cons_tres\nStateSaveLocation=%3/state\n"
                                    "SlurmdSpoolDir=%3/spool\nSlurmctldPidFile=%3/slurmctld.pid\n"
                                    "SlurmdPidFile=%3/slurmd.pid\nSlurmctldLogFile=%3/slurmctld.log\n"
                                    "SlurmdLogFile=%3/slurmd.log\nNodeName=%1 NodeAddr=127.0.0.1 CPUs=2\n"
                                    "PartitionName=main Nodes=ALL Default=YES OverSubscribe=FORCE State=UP\n")
                                .arg(host, user, path())
                                .toUtf8());
        for (const char* folder : {"state", "spool"}) QDir(path()).mkdir(folder);
        environment.insert("SLURM_CONF", path() + "/slurm.conf");
        const QStringList munge = {"--force",
                                   "--key-file",
                                   path() + "/munge.key",
                                   "--socket",
                                   path() + "/munge.socket",
                                   "--pid-file",
                                   path() + "/munged.pid",
                                   "--log-file",
                                   path() + "/munged.log",
                                   "--seed-file",
                                   path() + "/munged.seed"};
        const std::initializer_list<std::pair<QString, QStringList>> daemons = {
            {"munged", munge}, {"slurmctld", {}}, {"slurmd", {}}};
        for (const auto& [daemon, arguments] : daemons) {
            const ProgramResult ended = run_program("/usr/sbin/" + daemon, arguments, environment);
            if (ended.status != 0) return daemon + ": " + ended.output();
        }
        for (int i = 0; i < 300; ++i) {
            const ProgramResult state = run_program("sinfo", {"--noheader", "--format", "%t"}, environment);
            if (state.output().trimmed() == "idle") return "";
            QTest::qWait(100);
        }
        return "the node does not become idle: " + content_of(path() + "/slurmd.log");
    }

    ~Slurm() {
        for (const char* daemon : {"slurmd", "slurmctld", "munged"}) {
            const int pid = content_of(path() + "/" + daemon + ".pid").trimmed().toInt();
            if (pid <= 0 || ::kill(pid, SIGTERM) != 0) continue;
            for (int i = 0; i < 100 && ::kill(pid, 0) == 0; ++i) QTest::qWait(100);  // it writes files until it exits
        }
    }

    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();

private:
    static QString user_name() { return run_program("id", {"-un"}).output().trimmed(); }
    QString path() const { return folder_.path(); }

    void write(const QString& name, const QByteArray& text, QFile::Permissions permissions = {}) {
        QFile file(path() + "/" + name);
        if (file.open(QIODevice::WriteOnly)) file.write(text);
        if (permissions) file.setPermissions(permissions);
    }

    QTemporaryDir folder_;
};

/// Two machines connected by a cable: network namespaces if they can be created, else this machine's loopback for both.
/// Removed with the object.
class TwoMachines {
public:
    TwoMachines() {
        const QString a = names_[0], b = names_[1];
        const QList<QStringList> steps = {
            {"netns", "add", a},
            {"netns", "add", b},
            {"link", "add", a, "type", "veth", "peer", "name", b},
            {"link", "set", a, "netns", a},
            {"link", "set", b, "netns", b},
            {"-n", a, "addr", "add", "10.77.0.1/24", "dev", a},
            {"-n", b, "addr", "add", "10.77.0.2/24", "dev", b},
            {"-n", a, "link", "set", a, "up"},
            {"-n", b, "link", "set", b, "up"},
            {"-n", a, "link", "set", "lo", "up"},
            {"-n", b, "link", "set", "lo", "up"},
        };
        isolated_ = std::all_of(steps.begin(), steps.end(),
                                [](const auto& step) { return run_program("ip", step).status == 0; });
        for (int machine = 0; machine < 2 && isolated_; ++machine) {
            QDir().mkpath(hosts(machine));
            QFile file(hosts(machine) + "/hosts");
            isolated_ = file.open(QIODevice::WriteOnly) &&
                        file.write(machine == 0 ? "127.0.0.1 localhost\n127.0.1.1 first\n"
                                                : "127.0.0.1 localhost\n10.77.0.1 first\n") > 0;
        }
    }
    ~TwoMachines() {
        for (const QString& name : names_) run_program("ip", {"netns", "del", name});
        for (int machine = 0; machine < 2; ++machine) QDir(hosts(machine)).removeRecursively();
    }

    bool isolated() const { return isolated_; }
    QString address() const { return isolated_ ? "10.77.0.1" : "127.0.0.1"; }
    /// Of the first machine; as on Debian, on that machine itself it stands for 127.0.1.1.
    QString name() const { return isolated_ ? "first" : "localhost"; }

    /// The command line that runs a command on that machine.
    QStringList on(int machine, const QStringList& command) const {
        return (isolated_ ? QStringList{"ip", "netns", "exec", names_[machine]} : QStringList()) + command;
    }

private:
    /// What "ip netns exec" puts in place of /etc.
    QString hosts(int machine) const { return "/etc/netns/" + names_[machine]; }

    const QStringList names_ = {QString("fl%1a").arg(::getpid()), QString("fl%1b").arg(::getpid())};
    bool isolated_ = false;
};

}  // namespace

class TstLaunchers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        const ProgramResult ended = run_fanlight(generate(folder_.filePath("expected"), 3));
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        expected_ = images_in(folder_.filePath("expected"));
        QCOMPARE(expected_.size(), 6);
    }

    void theWorkerAloneMakesTheSameBytes() { expect_the_same(build + "/fanlight-worker", {}); }

    void torchrunMakesTheSameBytes() {
        expect_the_same(torchrun, {"--standalone", "--no-python", "--nproc-per-node", "2", build + "/fanlight-worker"});
    }

    void torchrunMakesTheSameRecords_data() {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("model");
        for (const char* model : {"gpt2", "llama", "t5"})
            QTest::newRow(model) << "text" << QString("language_models/") + model;
        for (const char* model : {"gpt2", "bert"})
            QTest::addRow("%s as a classifier", model) << "classify" << QString("classifiers/") + model;
    }
    void torchrunMakesTheSameRecords() {
        QFETCH(QString, command);
        QFETCH(QString, model);
        const auto words = [&](const QString& output, const QStringList& more = {}) {
            return QStringList{command,     "a dog",
                               "a cat",     "red, blue and green",
                               "-m",        source_path("/tests/golden/data/") + model,
                               "--threads", "1",
                               "--devices", "cpu",
                               "--quiet",   "-o",
                               output} +
                   (command == "text" ? QStringList{"--raw", "--max-new-tokens", "12"} : QStringList()) + more;
        };
        const QString expected = folder_.filePath("expected " + command + ".jsonl"),
                      output = folder_.filePath("made by torchrun " + command + ".jsonl");
        for (const QString& file : {expected, output}) QFile::remove(file), QDir(file + ".run").removeRecursively();
        const ProgramResult whole = run_fanlight(words(expected)), planned = run_fanlight(words(output, {"--prepare"}));
        QVERIFY2(whole.status == 0 && planned.status == 0, qPrintable(whole.output() + planned.output()));
        const ProgramResult ended =
            run_program(torchrun, {"--standalone", "--no-python", "--nproc-per-node", "2", build + "/fanlight-worker",
                                   "run", output + ".run/.fanlight/run.json"});
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        QVERIFY2(QFile::exists(output), qPrintable(ended.output()));
        QCOMPARE(answers_in(output), answers_in(expected));
        QCOMPARE(answers_in(output).size(), 3);
    }

    void mpirunMakesTheSameBytes() {
        expect_the_same("mpirun", {"--allow-run-as-root", "--oversubscribe", "-n", "2", build + "/fanlight-worker"});
    }

    void srunMakesTheSameBytes() {
        Slurm slurm;
        const QString problem = slurm.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        expect_the_same("srun", {"-n", "2", build + "/fanlight-worker"}, slurm.environment);
    }

    void launchMakesTheSameBytes_data() {
        QTest::addColumn<int>("processes");
        QTest::addColumn<QStringList>("options");
        const auto row = [](const char* name, int processes, const QStringList& options) {
            QTest::newRow(name) << processes << options;
        };
        row("replicas by ticket", 2, {"--split", "pull"});
        row("replicas by share", 2, {"--split", "even"});
        row("more replicas than images", 7, {"--split", "even"});
        row("a pipeline of one process", 1, {"--mode", "pipelined"});
        row("a pipeline", 2, {"--mode", "pipelined", "--devices", "cpu,cpu"});
        row("a pipeline that gathers", 3, {"--mode", "pipelined", "--devices", "cpu,cpu,cpu", "--gather-output"});
        row("two pipelines by ticket", 4, {"--mode", "pipelined", "--devices", "cpu,cpu", "--num-chunks", "3"});
        row("two pipelines by share", 4, {"--mode", "pipelined", "--devices", "cpu,cpu", "--split", "even"});
        row("a sharded model", 1, {"--mode", "sharded"});
        row("two sharded models", 2, {"--mode", "sharded"});
    }

    void launchMakesTheSameBytes() {
        QFETCH(int, processes);
        QFETCH(QStringList, options);
        const QString folder = folder_.filePath(QString("launch ") + QTest::currentDataTag());
        const ProgramResult ended = run_fanlight(QStringList{"launch", "--num-processes", QString::number(processes)} +
                                                 generate(folder, 3, options));
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        QCOMPARE(images_in(folder), expected_);
        QCOMPARE(content_of(folder + "/manifest.csv").count('\n'), 7);
    }

    void torchrunMakesTheSameBytesInPipelines() {
        expect_the_same(torchrun, {"--standalone", "--no-python", "--nproc-per-node", "4", build + "/fanlight-worker"},
                        QProcessEnvironment::systemEnvironment(), {"--mode", "pipelined", "--devices", "cpu,cpu"});
    }

    void gatherBringsAContactSheet() {
        const QString folder = folder_.filePath("gathered");
        const ProgramResult ended =
            run_fanlight(QStringList{"launch", "--num-processes", "2"} + generate(folder, 3, {"--gather"}));
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        QVERIFY(QImage(folder + "/contact-sheet.png").width() > 2 * 64);
        QVERIFY(QFile::remove(folder + "/contact-sheet.png"));
        QCOMPARE(images_in(folder), expected_);
    }

    void twoMachinesWithFoldersOfTheirOwn_data() {
        QTest::addColumn<int>("processes");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<bool>("both_write");
        QTest::addColumn<bool>("by_name");
        const auto row = [](const char* name, int processes, bool both_write, const QStringList& options,
                            bool by_name = false) {
            QTest::newRow(name) << processes << options << both_write << by_name;
        };
        row("replicas", 2, true, {});
        row("replicas, by the name of the first machine", 2, true, {}, true);
        row("a pipeline on each", 4, true, {"--mode", "pipelined", "--devices", "cpu,cpu"});
        row("a pipeline over both", 2, false, {"--mode", "pipelined", "--stages", "2"});
        row("three pipelines, one of them over both", 6, true,
            {"--mode", "pipelined", "--devices", "cpu,cpu,cpu", "--stages", "2", "--gather-output"});
    }

    /// Each machine has its own launch, which knows only an address and a port of the other.
    void twoMachinesWithFoldersOfTheirOwn() {
        QFETCH(int, processes);
        QFETCH(QStringList, options);
        QFETCH(bool, both_write);
        QFETCH(bool, by_name);
        const QString tag = QTest::currentDataTag();
        const TwoMachines machines;
        const auto start = [&](QProcess& process, int rank) {
            process.setProcessChannelMode(QProcess::MergedChannels);
            QStringList words =
                machines.on(rank, {build + "/fanlight", "launch", "--num-processes", QString::number(processes),
                                   "--num-machines", "2", "--machine-rank", QString::number(rank), "--main-process-ip",
                                   by_name ? machines.name() : machines.address(), "--main-process-port", free_port()});
            words += generate(folder_.filePath(tag + QString::number(rank)), 3, options + QStringList{"--gather"});
            process.start(words.takeFirst(), words);
        };
        QProcess first, second;
        start(second, 1);
        start(first, 0);
        QSet<QString> listening;
        while (!first.waitForFinished(50) && first.state() == QProcess::Running)
            for (const QString& line : listeners(machines)) listening.insert(line.section(':', 0, 0));
        QVERIFY2(first.exitCode() == 0, first.readAll().constData());
        QVERIFY(second.waitForFinished(timeout_ms));
        QVERIFY2(second.exitCode() == 0, second.readAll().constData());
        if (machines.isolated()) {
            QVERIFY2(listening.contains("10.77.0.1"), "nobody was seen to listen");
            listening.subtract({"10.77.0.1", "10.77.0.2"});
            QVERIFY2(listening.isEmpty(), qPrintable(listening.values().join(' ')));
        }
        const QString folder = folder_.filePath(tag + "0");
        QCOMPARE(content_of(folder + "/manifest.csv").count('\n'), 7);
        QVERIFY(QFile::remove(folder + "/contact-sheet.png"));
        QCOMPARE(images_in(folder), expected_);
        const auto elsewhere = images_in(folder_.filePath(tag + "1")).size();
        QVERIFY(both_write ? elsewhere < expected_.size() : elsewhere == expected_.size());
    }

    void onSeveralMachinesTheFolderHasToBeNamed() {
        const ProgramResult ended =
            run_fanlight({"launch", "--num-processes", "2", "--num-machines", "2", "--machine-rank", "1",
                          "--main-process-ip", "127.0.0.1", "generate", "a dog"});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.output().contains("--output"), qPrintable(ended.output()));
    }

    void launchFinishesARunThatWasBegun() {
        const QString folder = prepare("resumed");
        const ProgramResult ended = run_fanlight({"launch", "--num-processes", "2", "generate", "--resume", folder});
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        QCOMPARE(images_in(folder), expected_);
        QVERIFY2(QFile::exists(folder + "/.fanlight/journal-1.jsonl"), "the run was made by its preparation");
    }

    void aRankWithoutANumberOfRanksIsRefused() {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("RANK", "1");
        environment.remove("WORLD_SIZE");
        const ProgramResult ended =
            run_program(build + "/fanlight-worker", {"run", prepare("half") + "/.fanlight/run.json"}, environment);
        QCOMPARE(ended.status, 1);
        QVERIFY2(ended.output().contains("WORLD_SIZE"), qPrintable(ended.output()));
    }

    void anotherFileInTheWayOfAGatheredImageStays() {
        const QString first = folder_.filePath("in the way 0"), second = folder_.filePath("in the way 1");
        const auto words = [&](int rank) {
            return QStringList{"launch",
                               "--num-processes",
                               "2",
                               "--num-machines",
                               "2",
                               "--machine-rank",
                               QString::number(rank),
                               "--main-process-ip",
                               "127.0.0.1",
                               "--main-process-port",
                               free_port()} +
                   generate(rank == 0 ? first : second, 3, {"--gather", "--split", "even"});
        };
        QProcess other;
        other.start(build + "/fanlight", words(1));
        QProcess main;
        main.setProcessChannelMode(QProcess::MergedChannels);
        main.start(build + "/fanlight", words(0));
        // The last image is made on the other machine.
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(first + "/.fanlight/run.json"), timeout_ms);
        const QString last = first + "/" + expected_.last().section(' ', 0, 0);
        QFile mine(last);
        QVERIFY(mine.open(QIODevice::WriteOnly));
        mine.write("mine");
        mine.close();
        QVERIFY(main.waitForFinished(timeout_ms));
        const QByteArray said = main.readAll();
        QVERIFY2(main.exitCode() != 0 && said.contains("in the way"), said.constData());
        QCOMPARE(content_of(last), QByteArray("mine"));
        other.waitForFinished(timeout_ms);
    }

    void gatherIsRefusedWithoutALauncher() {
        const ProgramResult ended = run_fanlight(generate(folder_.filePath("alone"), 1, {"--gather"}));
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.output().contains("fanlight launch"), qPrintable(ended.output()));
    }

    void processesThatMakeNoWholePipelinesAreRefused() {
        const ProgramResult ended =
            run_fanlight(QStringList{"launch", "--num-processes", "3"} +
                         generate(folder_.filePath("three"), 3, {"--mode", "pipelined", "--devices", "cpu,cpu"}));
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.output().contains("start a multiple of 2"), qPrintable(ended.output()));
    }

    void aRankThatIsKilledIsStartedAgainAndMakesWhatIsLeft_data() {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("a replica") << QStringList{};
        QTest::newRow("a stage") << QStringList{"--mode", "pipelined", "--devices", "cpu,cpu"};
    }

    void aRankThatIsKilledIsStartedAgainAndMakesWhatIsLeft() {
        QFETCH(QStringList, options);
        const QString folder = folder_.filePath(QString("killed ") + QTest::currentDataTag()),
                      reference = folder_.filePath(QString("beside ") + QTest::currentDataTag());
        QCOMPARE(run_fanlight(generate(reference, 20)).status, 0);
        QCOMPARE(run_fanlight(generate(folder, 20, options + QStringList{"--prepare"})).status, 0);
        QProcess launcher;
        launcher.setProcessChannelMode(QProcess::MergedChannels);
        launcher.start(torchrun, {"--standalone", "--no-python", "--nproc-per-node", "2", "--max-restarts", "1",
                                  build + "/fanlight-worker", "run", folder + "/.fanlight/run.json"});
        QTRY_VERIFY_WITH_TIMEOUT(!images_in(folder).isEmpty(), timeout_ms);
        const QString victim =
            run_program("pgrep", {"-n", "-f", build + "/fanlight-worker run " + folder}).output().trimmed();
        QVERIFY2(victim.toInt() > 0, qPrintable(victim));
        const auto made = images_in(folder).size();
        ::kill(victim.toInt(), SIGKILL);
        QVERIFY2(made < 40, "the run was over before the rank was killed");
        QVERIFY(launcher.waitForFinished(timeout_ms));
        const QByteArray said = launcher.readAll();
        QVERIFY2(launcher.exitCode() == 0, said.constData());
        QVERIFY2(said.contains("-9"), said.constData());
        QCOMPARE(images_in(folder), images_in(reference));
        QCOMPARE(content_of(folder + "/manifest.csv").count('\n'), content_of(reference + "/manifest.csv").count('\n'));
    }

    void aRunThatIsNotThereIsRefused() {
        const ProgramResult ended = run_program(build + "/fanlight-worker", {"run", folder_.filePath("none/run.json")});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.output().contains("is not a run"), qPrintable(ended.output()));
    }

    void ranksWithoutAPlaceToMeetSaySo() {
        const QString folder = prepare("nowhere");
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("RANK", "0");
        environment.insert("WORLD_SIZE", "2");
        const ProgramResult ended =
            run_program(build + "/fanlight-worker", {"run", folder + "/.fanlight/run.json"}, environment);
        QCOMPARE(ended.status, 1);
        QVERIFY2(ended.output().contains("no place to meet"), qPrintable(ended.output()));
    }

private:
    /// The same port at each call.
    static QString free_port() {
        static const quint16 port = [] {
            QTcpServer probe;
            probe.listen(QHostAddress::LocalHost);
            return probe.serverPort();
        }();
        return QString::number(port);
    }

    /// Addresses ("10.77.0.1:29500") of all listening sockets on both machines, if they have network namespaces.
    static QStringList listeners(const TwoMachines& machines) {
        QStringList found;
        for (int machine = 0; machine < 2 && machines.isolated(); ++machine) {
            QStringList words = machines.on(machine, {"ss", "-Hltn"});
            const QString program = words.takeFirst();
            for (const QString& line : run_program(program, words).output().split('\n', Qt::SkipEmptyParts))
                found << line.simplified().section(' ', 3, 3);
        }
        return found;
    }

    QString prepare(const QString& name, const QStringList& options = {}) {
        const QString folder = folder_.filePath(name + options.join(' '));
        run_fanlight(generate(folder, 3, options + QStringList{"--prepare"}));
        return folder;
    }

    void expect_the_same(const QString& program, QStringList arguments,
                         const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment(),
                         const QStringList& options = {}) {
        const QString folder = prepare(QFileInfo(program).fileName(), options);
        arguments << "run" << folder + "/.fanlight/run.json";
        const ProgramResult ended = run_program(program, arguments, environment);
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        QCOMPARE(images_in(folder), expected_);
        QCOMPARE(content_of(folder + "/manifest.csv").count('\n'), 7);
        QCOMPARE(QDir(folder + "/.fanlight").entryList({"meeting-*"}), QStringList());
    }

    QTemporaryDir folder_;
    QStringList expected_;
};

FANLIGHT_TEST(TstLaunchers, QCoreApplication)
#include "tst_launchers.moc"
