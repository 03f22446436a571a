#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <chrono>
#include <filesystem>

#include "core/base/error.h"
#include "core/ranks/launcher.h"
#include "tests/support/test.h"

using namespace fanlight;
using Variables = QMap<QByteArray, QByteArray>;

namespace {

/// All variables that launched_as() reads.
constexpr const char* known[] = {"RANK",
                                 "WORLD_SIZE",
                                 "LOCAL_RANK",
                                 "LOCAL_WORLD_SIZE",
                                 "OMPI_COMM_WORLD_RANK",
                                 "OMPI_COMM_WORLD_SIZE",
                                 "OMPI_COMM_WORLD_LOCAL_RANK",
                                 "SLURM_PROCID",
                                 "SLURM_NTASKS",
                                 "SLURM_LOCALID",
                                 "SLURM_JOB_ID",
                                 "SLURM_STEP_ID",
                                 "SLURM_RESTART_COUNT",
                                 "PMI_RANK",
                                 "PMI_SIZE",
                                 "PMI_ID",
                                 "MPI_LOCALRANKID",
                                 "PMIX_NAMESPACE",
                                 "OMPI_MCA_ess_base_jobid",
                                 "MASTER_ADDR",
                                 "MASTER_PORT",
                                 "FANLIGHT_STORE",
                                 "FANLIGHT_ADDRESS",
                                 "FANLIGHT_SILENCE_SECONDS",
                                 "TORCHELASTIC_USE_AGENT_STORE",
                                 "TORCHELASTIC_RESTART_COUNT"};

const Variables of_torchrun = {{"RANK", "5"},
                               {"WORLD_SIZE", "8"},
                               {"LOCAL_RANK", "1"},
                               {"MASTER_ADDR", "127.0.0.1"},
                               {"MASTER_PORT", "29500"},
                               {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                               {"TORCHELASTIC_RESTART_COUNT", "2"}};
const Variables of_srun = {{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"},   {"SLURM_LOCALID", "0"},
                           {"SLURM_JOB_ID", "7"}, {"SLURM_STEP_ID", "12"}, {"SLURM_RESTART_COUNT", "1"}};
const Variables of_mpirun = {{"OMPI_COMM_WORLD_RANK", "1"},
                             {"OMPI_COMM_WORLD_SIZE", "2"},
                             {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                             {"PMIX_NAMESPACE", "prterun-a@1"}};

Variables with(Variables variables, const Variables& more) {
    variables.insert(more);
    return variables;
}

}  // namespace

class TstLauncher : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        for (const char* name : known) qunsetenv(name);
    }

    void eachLauncherIsUnderstood_data() {
        QTest::addColumn<Variables>("variables");
        QTest::addColumn<QList<int>>("place");  // rank, size, local rank
        QTest::addColumn<bool>("leads");
        QTest::addColumn<QString>("store");  // "%1": the run folder
        const auto row = [](const char* name, const Variables& variables, const QList<int>& place, bool leads,
                            const char* store) { QTest::newRow(name) << variables << place << leads << store; };
        const char* served = "tcp-serve://127.0.0.1:29500";
        row("nobody", {}, {0, 1, 0}, true, "file://%1/.fanlight/meeting-alone");
        row("torchrun", of_torchrun, {5, 8, 1}, false, "tcp://127.0.0.1:29500");
        row("torchrun without a store of its own", with(of_torchrun, {{"TORCHELASTIC_USE_AGENT_STORE", "False"}}),
            {5, 8, 1}, false, served);
        row("accelerate, the first of the second machine",
            {{"RANK", "4"},
             {"WORLD_SIZE", "8"},
             {"LOCAL_RANK", "0"},
             {"MASTER_ADDR", "127.0.0.1"},
             {"MASTER_PORT", "29500"}},
            {4, 8, 0}, true, served);
        row("by hand, no word about machines",
            {{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "127.0.0.1"}, {"MASTER_PORT", "29500"}}, {1, 2, 1},
            true, served);
        row("by hand, in a folder", {{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"FANLIGHT_STORE", "file:///meet"}}, {1, 2, 1},
            true, "file:///meet");
        row("srun", of_srun, {3, 4, 0}, true, "file://%1/.fanlight/meeting-71-12");
        row("mpirun", of_mpirun, {1, 2, 1}, false, "file://%1/.fanlight/meeting--prterun-a-1");
        row("MPICH", {{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"MPI_LOCALRANKID", "1"}, {"PMI_ID", "9"}}, {1, 2, 1},
            false, "file://%1/.fanlight/meeting--9");
        row("torchrun under srun", with(of_srun, of_torchrun), {5, 8, 1}, false, "tcp://127.0.0.1:29500");
        row("MPICH in a script of Slurm's",
            {{"PMI_RANK", "1"},
             {"PMI_SIZE", "2"},
             {"MPI_LOCALRANKID", "1"},
             {"PMI_ID", "9"},
             {"SLURM_PROCID", "0"},
             {"SLURM_NTASKS", "2"}},
            {1, 2, 1}, false, "file://%1/.fanlight/meeting--9");
        row("a script of Slurm's, one task", {{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "1"}, {"SLURM_JOB_ID", "7"}},
            {0, 1, 0}, true, "file://%1/.fanlight/meeting-alone");
        row("a script of Slurm's, no step", {{"SLURM_PROCID", "0"}, {"SLURM_JOB_ID", "7"}}, {0, 1, 0}, true,
            "file://%1/.fanlight/meeting-alone");
    }

    void eachLauncherIsUnderstood() {
        QFETCH(Variables, variables);
        QFETCH(QList<int>, place);
        QFETCH(bool, leads);
        QFETCH(QString, store);
        const Launched launched = launched_with(variables);
        const QList<int> found = {launched.rendezvous.rank, launched.rendezvous.size, launched.local_rank};
        QCOMPARE(found, place);
        QCOMPARE(launched.leads_machine, leads);
        QCOMPARE(QString::fromStdString(launched.rendezvous.store), store.replace("%1", folder_.path()));
        QCOMPARE(launched.silence_seconds, 30.0);
    }

    void whatCannotBeIsRefused_data() {
        QTest::addColumn<Variables>("variables");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const Variables& variables, const char* named) {
            QTest::newRow(name) << variables << named;
        };
        row("half of torchrun's names", {{"RANK", "0"}}, "WORLD_SIZE");
        row("a rank that is not a number", with(of_torchrun, {{"RANK", "one"}}), "RANK is \"one\"");
        row("a rank below 0", with(of_torchrun, {{"RANK", "-1"}}), "RANK is \"-1\"");
        row("a rank beyond the last", with(of_torchrun, {{"RANK", "8"}}), "process 8 of 8");
        row("no processes", with(of_torchrun, {{"WORLD_SIZE", "0"}}), "of 0");
        row("nowhere to meet", {{"RANK", "0"}, {"WORLD_SIZE", "2"}}, "MASTER_ADDR");
        row("tasks of Slurm that nobody has started",
            {{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "2"}, {"SLURM_LOCALID", "0"}, {"SLURM_JOB_ID", "5"}},
            "put srun before");
        row("a patience that is not a number", with(of_torchrun, {{"FANLIGHT_SILENCE_SECONDS", "long"}}),
            "FANLIGHT_SILENCE_SECONDS");
    }

    void whatCannotBeIsRefused() {
        QFETCH(Variables, variables);
        QFETCH(QString, named);
        try {
            launched_with(variables);
            QFAIL("it was taken");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(named), error.what());
        }
    }

    void aRestartMeetsNoKeyOfTheLifeBefore() { QCOMPARE(launched_with(of_torchrun).attempt, std::string("2")); }

    void theStoreIsGivenUpAsSoonAsARankIs() {
        const Launched launched = launched_with(with(of_torchrun, {{"FANLIGHT_SILENCE_SECONDS", "7"}}));
        QCOMPARE(launched.silence_seconds, 7.0);
        QCOMPARE(launched.rendezvous.response_seconds, 7.0);
    }

    void tensorsAreTakenWhereTheFirstMachineIsReached() {
        QCOMPARE(launched_with(of_torchrun).rendezvous.address, std::string("127.0.0.1"));
        const Variables elsewhere = with(of_torchrun, {{"FANLIGHT_ADDRESS", "127.0.0.9"}});
        QCOMPARE(launched_with(elsewhere).rendezvous.address, std::string("127.0.0.9"));
    }

    void eachProcessHasAGpu_data() {
        QTest::addColumn<int>("local_rank");
        QTest::addColumn<int>("visible");
        QTest::addColumn<QStringList>("planned");
        QTest::addColumn<QString>("gpu");
        const QStringList all = {"cuda:0", "cuda:1", "cuda:2", "cuda:3"};
        QTest::newRow("the first of four") << 0 << 4 << all << "cuda:0";
        QTest::newRow("the last of four") << 3 << 4 << all << "cuda:3";
        QTest::newRow("those that were asked for") << 1 << 4 << QStringList{"cuda:3", "cuda:1"} << "cuda:1";
        QTest::newRow("a machine with more than the first one") << 5 << 8 << all << "cuda:5";
        QTest::newRow("srun shows each its own") << 3 << 1 << all << "cuda:0";
        QTest::newRow("one too many, which its device then says") << 4 << 4 << all << "cuda:4";
        QTest::newRow("no GPU, which its device then says") << 1 << 0 << all << "cuda:1";
    }

    void eachProcessHasAGpu() {
        QFETCH(int, local_rank);
        QFETCH(int, visible);
        QFETCH(QStringList, planned);
        std::vector<std::string> devices;
        for (const QString& device : planned) devices.push_back(device.toStdString());
        QTEST(QString::fromStdString(gpu_of(local_rank, visible, replicas_on(devices))), "gpu");
    }

    void desertedMeetingsAreSweptUpAndOthersKept() {
        const std::filesystem::path own = folder_.path().toStdString() + "/.fanlight";
        const auto meeting = [&](const char* name, std::chrono::minutes age) {
            std::filesystem::create_directories(own / name);
            QFile store(QString::fromStdString((own / name / "store").string()));
            QVERIFY(store.open(QIODevice::WriteOnly));
            store.close();
            std::filesystem::last_write_time(own / name / "store", std::filesystem::file_time_type::clock::now() - age);
        };
        meeting("meeting-killed", std::chrono::minutes(90));
        meeting("meeting-at-work", std::chrono::minutes(1));
        std::filesystem::create_directories(own / "logs");
        const Launched launched = launched_with(of_srun);
        QVERIFY(!std::filesystem::exists(own / "meeting-killed"));
        QVERIFY(std::filesystem::exists(own / "meeting-at-work"));
        QVERIFY(std::filesystem::exists(own / "logs"));
        QVERIFY(std::filesystem::exists(launched.meeting_folder));
        remove_meeting(launched);
        QVERIFY(!std::filesystem::exists(launched.meeting_folder));
    }

private:
    Launched launched_with(const Variables& variables) {
        for (auto it = variables.begin(); it != variables.end(); ++it) qputenv(it.key(), it.value());
        const Launched launched = launched_as(folder_.path().toStdString());
        for (const char* name : known) qunsetenv(name);
        return launched;
    }

    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstLauncher)
#include "tst_launcher.moc"
