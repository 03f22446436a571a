#include "core/devices/memory_reserve.h"

#include <QTest>

#include "core/base/error.h"
#include "core/devices/program_memory.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Device gpu(int number, int64_t free, bool display = false) {
    return {.id = "cuda:" + std::to_string(number),
            .kind = "cuda",
            .memory_total = 8'000'000'000,
            .memory_free = free,
            .memory_idle = 500'000'000,
            .display = display};
}

const std::vector<Device> machine = {gpu(0, 7'000'000'000, true), gpu(1, 6'000'000'000), {.id = "cpu", .kind = "cpu"}};

}  // namespace

class TestMemoryReserve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyADisplaysCardHasADefault() {
        QVERIFY(reserved_memory({}, {"cuda:0", "cuda:1"}, machine) == (MemoryBudget{{"cuda:0", display_reserve}}));
        QVERIFY(reserved_memory({}, {"cuda:1"}, machine).empty());
        QVERIFY(reserved_memory({}, {"cpu"}, machine).empty());
    }

    void whatIsNamedGoesBeforeWhatEachHas() {
        const MemoryReserve reserve = parse_memory_reserve("2GB, cuda:1=1GB");
        QVERIFY(reserved_memory(reserve, {"cuda:0", "cuda:1"}, machine) ==
                (MemoryBudget{{"cuda:0", 2e9}, {"cuda:1", 1e9}}));
        QVERIFY(reserved_memory(parse_memory_reserve("0"), {"cuda:0"}, machine).empty());
    }

    void aRunHasWhatIsFreeAndNotReserved() {
        const MemoryBudget reserved = {{"cuda:0", 2e9}};
        QCOMPARE(memory_for_run(machine[0], reserved, false), int64_t{5'000'000'000});
        QCOMPARE(memory_for_run(machine[0], reserved, true), int64_t{5'500'000'000});
        QCOMPARE(memory_for_run(machine[1], reserved, false), int64_t{6'000'000'000});
        QCOMPARE(memory_for_run(machine[0], {{"cuda:0", 9e9}}, true), int64_t{0});
    }

    /// PyTorch counts the libraries' workspaces as it does tensors, and neither the context nor NCCL's buffers.
    void tensorsHaveWhatTheProgramLeaves() {
        const auto limits = tensor_limits(machine, {{"cuda:0", 2e9}}, false, 2);
        QCOMPARE(limits.size(), size_t{1});
        QCOMPARE(limits[0].first, std::string("cuda:0"));
        QCOMPARE(limits[0].second, 5e9 - ProgramMemory::cuda_context - 2 * ProgramMemory::nccl_communicator);
        QCOMPARE(tensor_limits(machine, {{"cuda:1", 7.9e9}}, false, 0)[0].second, 0.0);
        QVERIFY(tensor_limits({{.id = "cuda:0", .kind = "cuda"}}, {{"cuda:0", 1e9}}, false, 0).empty());  // unknown
    }
};

FANLIGHT_TEST(TestMemoryReserve, QCoreApplication)
#include "tst_memory_reserve.moc"
