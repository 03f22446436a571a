// Cards that are not there, or not for the user, and names of none: one sentence each.

#include <QTest>

#include "core/output/manifest.h"
#include "tests/support/stand_in/programs.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::stand_in;

class TstBadCards : public QObject {
    Q_OBJECT

    Runs runs_;

    static QJsonArray three_cards() {
        return {card("A", "GPU-1111-aaaa"), card("B", "GPU-1111-bbbb"), card("C", "GPU-3333-cccc")};
    }

    /// Each command says why it does not begin, in one sentence.
    static void verify_refused(const QList<QStringList>& commands, const QStringList& options, const QString& reason) {
        for (const QStringList& command : commands) {
            const ProgramResult refused = run_fanlight(command + Runs::request() + options);
            QVERIFY2(refused.status == 2, qPrintable(command.join(' ') + ": " + refused.output()));
            QVERIFY2(refused.err.contains(reason) && refused.err.count('\n') == 1, qPrintable(refused.err));
        }
    }

    static QStringList makers(const QString& folder) {
        QStringList uuids;
        for (const ManifestRow& row : read_manifest_jsonl((folder + "/manifest.jsonl").toStdString()))
            uuids << QString::fromStdString(row.made.device_uuid);
        uuids.removeDuplicates();
        return uuids;
    }

private Q_SLOTS:
    void init() { set_machine(three_cards()); }

    void aNameOfNoDeviceIsRefused_data() {
        QTest::addColumn<QString>("devices");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* devices, const QString& reason) {
            QTest::newRow(devices) << QString(devices) << reason;
        };
        for (const char* name : {"cuda:7", "cuda:-1", "cuda:", "cuda:00", "CUDA:0", "cuda:0x", "cuda", "gpu", "0", ""})
            row(name, QString("--devices: there is no device \"%1\"; this machine has cuda:0, cuda:1, cuda:2 and cpu")
                          .arg(name));
        row("cuda:0,cuda:0", "--devices: cuda:0 is named twice; a GPU takes one worker");
        row("cuda:0,", "--devices: there is no device \"\"");
        row("cuda:0,cpu", "A run uses either GPUs or CPUs");
    }
    void aNameOfNoDeviceIsRefused() {
        QFETCH(QString, devices);
        QFETCH(QString, reason);
        verify_refused({{"generate"}, {"plan"}, {"launch", "--num-processes", "2", "generate"}}, {"--devices", devices},
                       reason);
    }

    void visibleCardsAreTheUsersChoice_data() {
        QTest::addColumn<QByteArray>("visible");
        QTest::addColumn<QString>("uuid");  ///< of the first one; empty: the CPU
        QTest::newRow("by number") << QByteArray("2,0") << "GPU-3333-cccc";
        QTest::newRow("by UUID") << QByteArray("GPU-1111-bbbb") << "GPU-1111-bbbb";
        QTest::newRow("by the beginning of a UUID") << QByteArray("GPU-33") << "GPU-3333-cccc";
        QTest::newRow("with a comma at its end") << QByteArray("2,") << "GPU-3333-cccc";
        QTest::newRow("cut off") << QByteArray("1,-1,0") << "GPU-1111-bbbb";
        QTest::newRow("empty") << QByteArray("") << "";
        QTest::newRow("-1") << QByteArray("-1") << "";
        QTest::newRow("NoDevFiles") << QByteArray("NoDevFiles") << "";
    }
    void visibleCardsAreTheUsersChoice() {
        QFETCH(QByteArray, visible);
        QFETCH(QString, uuid);
        qputenv("CUDA_VISIBLE_DEVICES", visible);
        const QString first = uuid.isEmpty() ? "all" : "cuda:0", folder = runs_.new_folder();
        const ProgramResult made = Runs::generate(folder, {"--devices", first});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(makers(folder), QStringList{uuid});
    }

    void aSliceIsVisibleByItsName() {
        const QJsonArray slices = {card("A MIG 1g", "MIG-1"), card("A MIG 2g", "MIG-2")};
        set_machine({with(with(card("A", "GPU-11"), "mig", true), "slices", slices)});
        qputenv("CUDA_VISIBLE_DEVICES", "MIG-2");
        const QString folder = runs_.new_folder();
        const ProgramResult made = Runs::generate(folder, {"--devices", "all"});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(makers(folder), QStringList{"MIG-2"});
    }

    void aVisibleCardThatIsNotThereIsNamed_data() {
        QTest::addColumn<QByteArray>("visible");
        QTest::addColumn<QString>("fault");
        const auto row = [](const char* visible, const char* entry, const char* fault) {
            QTest::newRow(visible) << QByteArray(visible)
                                   << QString("CUDA_VISIBLE_DEVICES is \"%1\", and \"%2\" %3; correct it, or unset it.")
                                          .arg(visible, entry, fault);
        };
        row("7", "7", "names no GPU of this machine");
        row("2,7,1", "7", "names no GPU of this machine");
        row("GPU-99", "GPU-99", "names no GPU of this machine");
        row("GPU-", "GPU-", "names no GPU of this machine");
        row("MIG-1", "MIG-1", "names no GPU of this machine");
        row("all", "all", "names no GPU of this machine");
        row("0,0", "0", "is named twice");
        row("GPU-1111-a,0", "0", "is named twice");
        row("GPU-1111", "GPU-1111", "fits more than one GPU");
    }
    void aVisibleCardThatIsNotThereIsNamed() {
        QFETCH(QByteArray, visible);
        QFETCH(QString, fault);
        qputenv("CUDA_VISIBLE_DEVICES", visible);
        QVERIFY(run_fanlight({"devices"}).out.contains(fault));
        verify_refused({{"generate"}, {"plan"}, {"launch", "generate"}}, {}, fault);
        verify_refused({{"generate"}, {"plan"}}, {"--devices", "cuda:2"}, fault);
        QCOMPARE(Runs::generate(runs_.new_folder(), {"--devices", "cpu"}).status, 0);
        // A machine of one's imagination is not this one.
        QCOMPARE(run_fanlight(QStringList{"plan"} + Runs::request() + QStringList{"--assume", "cuda:0=8GB"}).status, 0);
    }

    void aMachineWithoutCardsMindsNoNames() {
        set_machine({});
        qputenv("CUDA_VISIBLE_DEVICES", "0,1");
        QCOMPARE(Runs::generate(runs_.new_folder(), {}).status, 0);
    }

    void launchTakesGpusThatAreThere() {
        const auto refused = [](const QString& ids, const QString& reason) {
            verify_refused({{"launch", "--gpu-ids", ids, "generate"}}, {}, reason);
        };
        refused("7", "--gpu-ids: there is no GPU 7; this machine has 3, counted from 0.");
        refused("first", "--gpu-ids must be \"all\" or different numbers such as 0,1, not \"first\".");
        refused("0,0", "--gpu-ids must be \"all\" or different numbers");
    }

    void launchGoesAroundACardThatCannotBeUsed() {
        QJsonArray cards = three_cards();
        cards[0] = with(card("A", "GPU-1111-aaaa"), "mode", 2);
        set_machine(cards);
        const QString folder = runs_.new_folder();
        const ProgramResult made = Runs::launch(folder, {"--num-processes", "1"}, {});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(makers(folder), QStringList{"GPU-1111-bbbb"});
        set_machine({cards[0]});
        verify_refused({{"launch", "generate"}}, {},
                       "--devices all: cuda:0 cannot be used: it is barred from computing");
        QCOMPARE(Runs::launch(runs_.new_folder(), {}, {"--devices", "cpu"}).status, 0);
    }

    /// The driver still counts it when the run is planned, and CUDA no longer finds it.
    void aCardThatVanishesBeforeTheStartIsNamed() {
        set_machine({with(card("Gone", "GPU-11"), "gone", true)});
        const ProgramResult failed = Runs::generate(runs_.new_folder(), {"--devices", "all"});
        QCOMPARE(failed.status, 1);
        const QString reason = "CUDA does not find GPU-11; the GPU has been lost or changed";
        QVERIFY2(failed.err.contains(reason), qPrintable(failed.err));

        const ProgramResult measured = run_fanlight(QStringList{"plan"} + Runs::request() + QStringList{"--measure"});
        QCOMPARE(measured.status, 1);
        QVERIFY2(measured.err.contains(reason) && measured.err.count('\n') == 1, qPrintable(measured.err));
        const ProgramResult launched = Runs::launch(runs_.new_folder(), {}, {});
        QVERIFY(launched.status != 0);
        QVERIFY2(launched.err.contains("CUDA finds no GPU; see fanlight devices"), qPrintable(launched.err));

        set_machine({with(card("Gone", "GPU-11"), "gone", true), card("B", "GPU-22")});
        const QString folder = runs_.new_folder();
        const ProgramResult made = Runs::generate(folder, {"--devices", "all"});
        QVERIFY2(made.status == 0 && made.err.contains(reason), qPrintable(made.output()));
        QCOMPARE(makers(folder), QStringList{"GPU-22"});
    }

    void aCardThatVanishesDuringARunLeavesItsWorkToOthers() {
        const QString marker = runs_.path("vanished");
        const QJsonObject fault = {{"after", 3000}, {"kind", "loss"}, {"once", marker}};
        set_machine({with(card("Gone", "GPU-11"), "fault", fault), card("B", "GPU-22")});
        const QString folder = runs_.new_folder();
        const ProgramResult made = Runs::generate(folder, {"--devices", "all"}, 40);
        QVERIFY2(QFile::exists(marker), "the fault never came");
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(images_in(folder).size(), 40);
        QVERIFY2(made.err.contains("CUDA does not find GPU-11; the GPU has been lost or changed"),
                 qPrintable(made.err));
    }

    void faultsOfItsMemoryAreSaidAndTheCardIsUsed_data() {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("warning");
        QTest::newRow("an error") << "ecc_errors" << QJsonValue(1)
                                  << "its memory has had 1 error that could not be corrected; reset it";
        QTest::newRow("errors") << "ecc_errors" << QJsonValue(3) << "its memory has had 3 errors";
        QTest::newRow("pages") << "pages_pending" << QJsonValue(true)
                               << "faulty parts of its memory wait to be replaced; reset it";
        QTest::newRow("rows") << "rows_pending" << QJsonValue(true) << "faulty parts of its memory wait";
        QTest::newRow("beyond repair") << "rows_failed" << QJsonValue(true)
                                       << "faulty rows of its memory can no longer be replaced";
    }
    void faultsOfItsMemoryAreSaidAndTheCardIsUsed() {
        QFETCH(QString, fault);
        QFETCH(QJsonValue, value);
        QFETCH(QString, warning);
        set_machine({card("A", "GPU-11"), with(card("B", "GPU-22"), fault, value)});
        const ProgramResult listed = run_fanlight({"devices"});
        QVERIFY2(listed.out.contains("cuda:1: " + warning) && !listed.out.contains("cuda:0: "), qPrintable(listed.out));
        const QString folder = runs_.new_folder();
        QCOMPARE(Runs::generate(folder, {"--devices", "cuda:1"}).status, 0);
    }

    /// As in a container, in which NCCL then fails.
    void tooLittleSharedMemoryIsSaidWhereGpusExchange() {
        const auto in_container = [](const QStringList& arguments) {
            const QString mount = "mount -t tmpfs -o size=64m tmpfs /dev/shm && exec \"$0\" \"$@\"";
            return run_program("unshare",
                               QStringList{"--mount", "sh", "-c", mount, build_path("/fanlight")} + arguments);
        };
        if (in_container({"devices"}).status != 0) QSKIP("a process cannot be given a /dev/shm of its own here");
        const QString warning =
            "/dev/shm has 67 MB, which may be too little for the exchange between GPUs (NCCL); start the container "
            "with "
            "--shm-size=1g or --ipc=host";
        const auto made = [&](const QStringList& options) {
            const ProgramResult ended = in_container(QStringList{"generate"} + Runs::request() +
                                                     QStringList{"-o", runs_.new_folder(), "--threads", "1"} + options);
            if (ended.status != 0) qWarning("%s", qPrintable(ended.err));
            return ended.err.count(warning);
        };
        QCOMPARE(made({"--devices", "cuda:0,cuda:1", "--mode", "pipelined", "--split-points", "mid_block"}), 1);
        QCOMPARE(made({"--devices", "cuda:0,cuda:1"}), 0);
        QCOMPARE(made({"--devices", "cpu,cpu", "--mode", "pipelined", "--split-points", "mid_block"}), 0);
        const ProgramResult launched =
            in_container(QStringList{"launch", "--num-processes", "2", "generate"} + Runs::request() +
                         QStringList{"-o", runs_.new_folder(), "--mode", "pipelined", "--stages", "2", "--split-points",
                                     "mid_block"});
        QVERIFY2(launched.status == 0 && launched.err.count(warning) == 1, qPrintable(launched.output()));
    }

    void aCardWithoutPermissionIsNamed() {
        set_machine({with(card("A", "GPU-11"), "state", 4), card("B", "GPU-22")});
        verify_refused({{"generate"}, {"plan"}}, {"--devices", "cuda:0"},
                       "--devices: cuda:0 cannot be used: there is no permission to use it.");
    }
};

FANLIGHT_TEST(TstBadCards, QCoreApplication)
#include "tst_bad_cards.moc"
