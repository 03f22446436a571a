// The memory of cards: what is left to other programs, what a plan counts, and cards that are full.

#include <QTest>

#include "core/base/json.h"
#include "core/devices/memory_reserve.h"
#include "core/devices/program_memory.h"
#include "tests/support/stand_in/programs.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::stand_in;

namespace {

constexpr double GB = 1e9, MB = 1e6;

/// The --json output of `fanlight plan`; null, with its error printed, if there is none.
Json planned(const QStringList& options) {
    const ProgramResult ended = run_fanlight(QStringList{"plan"} + Runs::request() + options + QStringList{"--json"});
    if (ended.out.isEmpty()) qWarning("%s", qPrintable(ended.err));
    return ended.out.isEmpty() ? Json() : Json::parse(ended.out.toStdString());
}

double free_in(const Json& plan, size_t row = 0) { return plan.at("memory").at(row).at("free"); }

}  // namespace

class TstCardMemory : public QObject {
    Q_OBJECT

    Runs runs_;

private Q_SLOTS:
    void init() { set_machine({card("A", "GPU-11"), card("B", "GPU-22")}); }

    void aPlanLeavesWhatIsReserved_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("second");
        const QStringList all = {"--devices", "all", "--reserve-memory"};
        QTest::newRow("by default") << QStringList{"--devices", "all"} << 8 * GB << 8 * GB;
        QTest::newRow("of each") << all + QStringList{"2GB"} << 6 * GB << 6 * GB;
        QTest::newRow("of one") << all + QStringList{"cuda:1=2GB"} << 8 * GB << 6 * GB;
        QTest::newRow("of each, and of one") << all + QStringList{"1GB,1=2GB"} << 7 * GB << 6 * GB;
        QTest::newRow("pipelined") << all + QStringList{"2GB", "--mode", "pipelined"} << 6 * GB << 6 * GB;
        QTest::newRow("on another machine")
            << all + QStringList{"2GB", "--assume", "cuda:0=5GB,cuda:1=4GB"} << 3 * GB << 2 * GB;
    }
    void aPlanLeavesWhatIsReserved() {
        QFETCH(QStringList, options);
        const Json plan = planned(options);
        QTEST(free_in(plan, 0), "first");
        QTEST(free_in(plan, 1), "second");
    }

    void aDisplaysCardIsLeftSome() {
        set_machine({with(card("A", "GPU-11"), "display", true), card("B", "GPU-22")});
        const ProgramResult listed = run_fanlight({"devices"});
        QVERIFY2(listed.out.contains("cuda:0 drives a display, to which runs leave 600.00 MB"), qPrintable(listed.out));
        QVERIFY(!listed.out.contains("cuda:1 drives"));
        QCOMPARE(free_in(planned({"--devices", "all"}), 0), 8 * GB - display_reserve);
        QCOMPARE(free_in(planned({"--devices", "all"}), 1), 8 * GB);
        QCOMPARE(free_in(planned({"--devices", "all", "--reserve-memory", "cuda:0=0"}), 0), 8 * GB);
        const ProgramResult table = run_fanlight(QStringList{"plan"} + Runs::request());
        QVERIFY2(table.out.contains("600.00 MB of cuda:0 are left to other programs (--reserve-memory)."),
                 qPrintable(table.out));
    }

    /// A process that has not read its plan's limits would find the card's memory.
    void aWorkerDoesNotGrowIntoTheReserve_data() {
        QTest::addColumn<QStringList>("launching");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<bool>("refused");
        const QStringList most = {"--reserve-memory", "7.9GB"}, none = {};
        QTest::newRow("replicas") << none << most << true;
        QTest::newRow("a little") << none << QStringList{"--reserve-memory", "1GB"} << false;
        QTest::newRow("of the other card")
            << none << QStringList{"--devices", "cuda:0,cuda:1", "--split", "even", "--reserve-memory", "cuda:1=7.9GB"}
            << true;
        QTest::newRow("launched") << QStringList{"--num-processes", "2"} << most << true;
        QTest::newRow("launched, a little")
            << QStringList{"--num-processes", "2"} << QStringList{"--reserve-memory", "1GB"} << false;
    }
    void aWorkerDoesNotGrowIntoTheReserve() {
        QFETCH(QStringList, launching);
        QFETCH(QStringList, options);
        QFETCH(bool, refused);
        const QString folder = runs_.new_folder();
        const ProgramResult made =
            launching.isEmpty() ? Runs::generate(folder, options, 4) : Runs::launch(folder, launching, options);
        QCOMPARE(made.status != 0, refused && !options.contains("even"));
        QVERIFY2(made.err.contains("too little") == refused, qPrintable(made.err));
    }

    void aRunKeepsItsReserve() {
        const QString folder = runs_.new_folder();
        QVERIFY(Runs::generate(folder, {"--devices", "cuda:0", "--reserve-memory", "7.9GB"}).status != 0);
        const ProgramResult resumed = run_fanlight({"generate", "--resume", folder});
        QVERIFY2(resumed.status != 0 && resumed.err.contains("too little free memory for the model; end other programs "
                                                             "that use it, leave less to them (--reserve-memory)"),
                 qPrintable(resumed.err));
    }

    void whatCannotBeReservedIsRefused_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("reason");
        const auto row = [](const QStringList& options, const QString& reason) {
            QTest::newRow(qPrintable(options.join(' '))) << options << reason;
        };
        row({"8GB"}, "cuda:0 has 8.00 GB, and all of it would be reserved");
        row({"cuda:7=1GB"}, "--reserve-memory names cuda:7, which is not among the run's GPUs");
        row({"cpu=1GB"}, "--reserve-memory names cpu, which is not among the run's GPUs");
        row({"1GB", "--devices", "cpu"}, "--reserve-memory is for GPUs, and the run uses none");
        row({"1GB,2GB"}, "there is one size for every GPU, not two");
        row({"some"}, "\"some\" is no amount of memory");
        row({"cuda:0=1GB,0=2GB"}, "cuda:0 is named twice");
        row({"card=1GB"}, "there is no device \"card\"");
    }
    void whatCannotBeReservedIsRefused() {
        QFETCH(QStringList, options);
        QFETCH(QString, reason);
        for (const char* command : {"generate", "plan"}) {
            const ProgramResult refused =
                run_fanlight(QStringList{command} + Runs::request() + QStringList{"--reserve-memory"} + options);
            QCOMPARE(refused.status, 2);
            QVERIFY2(refused.err.contains(reason) && refused.err.count('\n') == 1, qPrintable(refused.err));
        }
    }

    void whatTheProgramItselfTakesIsPlanned() {
        const auto context = [](const Json& plan) { return plan.at("memory").at(0).at("context").get<int64_t>(); };
        const int64_t whole = program_memory_on("cuda:0"), stage = program_memory_on("cuda:0", 2);
        QVERIFY(whole > 500 * MB && whole < 1 * GB);
        QCOMPARE(stage - whole, 2 * ProgramMemory::nccl_communicator);
        QCOMPARE(context(planned({"--devices", "all"})), whole);
        QCOMPARE(context(planned({"--devices", "all", "--mode", "sharded"})), whole);
        QCOMPARE(context(planned({"--devices", "all", "--mode", "pipelined"})), stage);
        QCOMPARE(context(planned({"--devices", "cuda:0", "--mode", "pipelined"})),
                 whole);  // a stage without neighbours
        QCOMPARE(context(planned({"--devices", "cpu,cpu", "--mode", "pipelined"})), ProgramMemory::cpu_process);
    }

    void aFullCardIsNotUsed() {
        const QJsonObject full = with(card("Full", "GPU-11"), "used", 7.95e9);
        set_machine({full, card("B", "GPU-22")});
        const QString reason = "it is full, 50.00 MB of its 8.00 GB are free; end the programs that use it";
        for (const char* command : {"generate", "plan"}) {
            const ProgramResult refused =
                run_fanlight(QStringList{command} + Runs::request() + QStringList{"--devices", "cuda:0"});
            QCOMPARE(refused.status, 2);
            QVERIFY2(refused.err.contains("--devices: cuda:0 cannot be used: " + reason), qPrintable(refused.err));
            QCOMPARE(refused.err.count('\n'), 1);
        }
        QCOMPARE(planned({"--devices", "all"}).at("memory").size(), size_t{1});
        QCOMPARE(Runs::launch(runs_.new_folder(), {}, {}).status, 0);  // on the other one

        set_machine({full});
        for (const QStringList& command : {QStringList{"generate"}, {"plan"}, {"launch", "generate"}}) {
            const ProgramResult refused = run_fanlight(command + Runs::request());
            QCOMPARE(refused.status, 2);
            QVERIFY2(refused.err.contains("--devices all: cuda:0 cannot be used: " + reason), qPrintable(refused.err));
            QCOMPARE(refused.err.count('\n'), 1);
        }
    }

    void tooLittleForTheModelIsSaidBeforeAnythingIsLoaded() {
        set_machine({with(card("A", "GPU-11"), "used", 7.5e9), with(card("B", "GPU-22"), "used", 7.5e9)});
        for (const char* mode : {"sharded", "pipelined"}) {
            const ProgramResult refused = Runs::generate(runs_.new_folder(), {"--devices", "all", "--mode", mode});
            QCOMPARE(refused.status, 2);
            QVERIFY2(refused.err.contains("has 500.00 MB free, and") && refused.err.count('\n') == 1,
                     qPrintable(refused.err));
        }
    }
};

FANLIGHT_TEST(TstCardMemory, QCoreApplication)
#include "tst_card_memory.moc"
