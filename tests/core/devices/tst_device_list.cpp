#include "core/devices/device_list.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <cstring>
#include <fstream>

#include "core/base/error.h"
#include "core/devices/nvml_library.h"
#include "core/devices/visible_devices.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

// A driver with three cards: an ordinary one, one that reports nothing beyond its name, and one cut up by MIG.
nvmlDevice_t card(unsigned index) { return reinterpret_cast<nvmlDevice_t>(uintptr_t{index} + 1); }
unsigned index_of(nvmlDevice_t gpu) { return static_cast<unsigned>(reinterpret_cast<uintptr_t>(gpu) - 1); }
nvmlReturn_t only_first(nvmlDevice_t gpu) { return index_of(gpu) == 0 ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED; }

NvmlFunctions fake_driver() {
    NvmlFunctions nvml;
    nvml.count = [](unsigned* count) { return *count = 3, NVML_SUCCESS; };
    nvml.handle = [](unsigned index, nvmlDevice_t* gpu) { return *gpu = card(index), NVML_SUCCESS; };
    nvml.name = [](nvmlDevice_t gpu, char* text, unsigned length) {
        return std::snprintf(text, length, "Card %u", index_of(gpu)), NVML_SUCCESS;
    };
    nvml.uuid = [](nvmlDevice_t gpu, char* text, unsigned length) {
        return std::snprintf(text, length, "GPU-%u%u", index_of(gpu), index_of(gpu)), NVML_SUCCESS;
    };
    nvml.pci = [](nvmlDevice_t gpu, nvmlPciInfo_t* pci) {
        std::strcpy(pci->busId, "00000000:17:00.0");
        return only_first(gpu);
    };
    nvml.memory = [](nvmlDevice_t gpu, nvmlMemory_t* memory) {
        *memory = {.total = 80ull << 30, .free = 79ull << 30, .used = 1ull << 30};
        return only_first(gpu);
    };
    nvml.temperature = [](nvmlDevice_t gpu, nvmlTemperatureSensors_t, unsigned* c) { return *c = 41, only_first(gpu); };
    nvml.utilisation = [](nvmlDevice_t gpu, nvmlUtilization_t* busy) { return busy->gpu = 97, only_first(gpu); };
    nvml.power = [](nvmlDevice_t gpu, unsigned* milliwatts) { return *milliwatts = 350500, only_first(gpu); };
    nvml.mig_mode = [](nvmlDevice_t gpu, unsigned* current, unsigned* pending) {
        *current = *pending = index_of(gpu) == 2 ? NVML_DEVICE_MIG_ENABLE : NVML_DEVICE_MIG_DISABLE;
        return NVML_SUCCESS;
    };
    return nvml;
}

Device gpu(int index, const std::string& uuid) {
    return {.id = "cuda:" + std::to_string(index), .kind = "cuda", .name = "Card", .uuid = uuid};
}
const std::vector<Device> two_gpus = {gpu(0, "GPU-aa"), gpu(1, "GPU-bb"), {.id = "cpu", .kind = "cpu"}};
const std::vector<Device> no_gpu = {{.id = "cpu", .kind = "cpu"}};

std::string error_of(const std::string& text, const std::vector<Device>& devices) {
    try {
        parse_devices(text, devices);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

void write(const QTemporaryDir& root, const std::string& file, const std::string& text) {
    const auto path = std::filesystem::path(root.path().toStdString()) / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

}  // namespace

class DeviceListTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aCardIsReadWhole() {
        const Device expected{.id = "cuda:0",
                              .kind = "cuda",
                              .name = "Card 0",
                              .uuid = "GPU-00",
                              .pci_bus_id = "00000000:17:00.0",
                              .memory_total = 80ll << 30,
                              .memory_free = 79ll << 30,
                              .temperature_c = 41,
                              .utilisation_percent = 97,
                              .power_watts = 350.5};
        QVERIFY(list_gpus(fake_driver()).at(0) == expected);
    }

    void whatACardDoesNotReportIsUnknown() {
        const Device expected{.id = "cuda:1", .kind = "cuda", .name = "Card 1", .uuid = "GPU-11"};
        QVERIFY(list_gpus(fake_driver()).at(1) == expected);
    }

    void aCardThatCannotBeUsedSaysWhy_data() {
        QTest::addColumn<int>("card_number");
        QTest::addColumn<int>("cuda");
        QTest::addColumn<int>("major");
        QTest::addColumn<QString>("problem");
        QTest::newRow("a good one") << 0 << 13000 << 8 << "";
        QTest::newRow("of a newer driver") << 0 << 13020 << 12 << "";
        QTest::newRow("cut up by MIG")
            << 2 << 13000 << 9
            << "it is partitioned by MIG and has no instance; create some, or switch that off (nvidia-smi -mig 0).";
        QTest::newRow("of an old driver") << 0 << 12020 << 8
                                          << "its driver 535.183.01 is for CUDA 12.0, and CUDA 13.0 is needed; install "
                                             "NVIDIA's driver 580 or newer.";
        QTest::newRow("old") << 0 << 13000 << 6
                             << "its compute capability is 6.1, and at least 7.5 is needed (Turing or newer).";
    }
    void aCardThatCannotBeUsedSaysWhy() {
        QFETCH(int, card_number);
        QFETCH(int, cuda);
        QFETCH(int, major);
        static int cuda_now, major_now;
        cuda_now = cuda;
        major_now = major;
        NvmlFunctions nvml = fake_driver();
        nvml.cuda_version = [](int* version) { return *version = cuda_now, NVML_SUCCESS; };
        nvml.driver_version = [](char* text, unsigned length) {
            return std::snprintf(text, length, "535.183.01"), NVML_SUCCESS;
        };
        nvml.capability = [](nvmlDevice_t, int* major, int* minor) {
            return *major = major_now, *minor = 1, NVML_SUCCESS;
        };
        const Device card = list_gpus(nvml).at(static_cast<size_t>(card_number));
        QCOMPARE(card.capability, 10 * major + 1);
        QTEST(QString::fromStdString(card.problem.text()), "problem");
    }

    void whatAnIdleOwnersWorkersHoldWillBeFree() {
        const QTemporaryDir folder;
        write(folder, "serve", "cp /bin/sleep fanlight-worker; ./fanlight-worker 60 & echo $!; wait\n");
        QProcess owner;
        owner.setWorkingDirectory(folder.path());
        owner.start("/bin/sh", {"serve"});
        QVERIFY(owner.waitForReadyRead());
        static unsigned worker;
        worker = owner.readLine().trimmed().toUInt();
        QVERIFY(worker > 0);
        NvmlFunctions nvml = fake_driver();
        nvml.processes = [](nvmlDevice_t, unsigned* count, nvmlProcessInfo_t* processes) {
            *count = 2;
            processes[0] = {.pid = worker, .usedGpuMemory = 1 << 20};
            processes[1] = {.pid = static_cast<unsigned>(QCoreApplication::applicationPid()), .usedGpuMemory = 1 << 21};
            return NVML_SUCCESS;
        };
        QTRY_COMPARE(list_gpus(nvml).at(0).memory_idle, int64_t{1 << 20});  // once it is no longer the shell
        QCOMPARE(list_gpus(nvml).at(0).memory_free, int64_t{79ll << 30});
        ::kill(static_cast<pid_t>(worker), SIGKILL);
        owner.waitForFinished();
    }

    void aCardThatTheDriverCannotReachIsListed() {
        NvmlFunctions nvml = fake_driver();
        nvml.handle = [](unsigned index, nvmlDevice_t* gpu) {
            *gpu = card(index);
            return index == 1 ? NVML_ERROR_GPU_IS_LOST : NVML_SUCCESS;
        };
        const auto gpus = list_gpus(nvml);
        QCOMPARE(gpus.size(), size_t{3});
        QCOMPARE(gpus[1].id, std::string("cuda:1"));
        QCOMPARE(gpus[1].problem.text(), std::string("it has fallen off the bus; restart the machine."));
    }

    void allMeansGpusWithoutProblemsAndNeverTheCpuInTheirPlace() {
        std::vector<Device> devices = two_gpus;
        devices[0].problem = "it is old.";
        QCOMPARE(parse_devices("all", devices), std::vector<std::string>{"cuda:1"});
        QCOMPARE(error_of("cuda:1,cuda:0", devices), std::string("--devices: cuda:0 cannot be used: it is old."));
        devices[1].problem = "it is lost.";
        QCOMPARE(error_of("all", devices),
                 std::string("--devices all: cuda:0 cannot be used: it is old. To use the CPU, give "
                             "--devices cpu."));
        QCOMPARE(parse_devices("cpu", devices), std::vector<std::string>{"cpu"});
        QVERIFY_EXCEPTION_THROWN(parse_devices("all", no_gpu, "The driver is broken."), UsageError);
        QCOMPARE(parse_devices("all", no_gpu), std::vector<std::string>{"cpu"});
    }

    void aProcessSeesItsOwnCardsByUuid() {
        using Variables = std::vector<std::pair<std::string, std::string>>;
        const VisibleDevices both({"cuda:1", "cpu", "cuda:0", "cuda:1", "disk"}, two_gpus);
        QVERIFY(both.environment() ==
                (Variables{{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}, {"CUDA_VISIBLE_DEVICES", "GPU-bb,GPU-aa"}}));
        QCOMPARE(both.name_there("cuda:1"), std::string("cuda:0"));
        QCOMPARE(both.name_there("cpu"), std::string("cpu"));
        QVERIFY(both.map_there({{"a", "cuda:0"}, {"b", "disk"}}) == (DeviceMap{{"a", "cuda:1"}, {"b", "disk"}}));
        QVERIFY(both.budget_there({{"cuda:0", 1}, {"cuda:2", 2}}) == (MemoryBudget{{"cuda:1", 1}}));
        const VisibleDevices unknown({"cuda:1", "cuda:7"}, two_gpus);
        QVERIFY(unknown.environment() == (Variables{{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}}));
        QCOMPARE(unknown.name_there("cuda:1"), std::string("cuda:1"));
        QVERIFY(VisibleDevices({"cpu"}, two_gpus).environment() == (Variables{{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}}));
    }

    void aDriverThatFailsMeansNoGpus() {
        NvmlFunctions nvml = fake_driver();
        nvml.count = [](unsigned*) { return NVML_ERROR_UNKNOWN; };
        QVERIFY(list_gpus(nvml).empty());
        QVERIFY(load_nvml("libno-such-driver.so.1") == nullptr);
        QVERIFY(load_nvml("libm.so.6") == nullptr);
    }

    void visibleGpusFollowCudasRules_data() {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("uuids");
        QTest::newRow("reordered") << "1,0"
                                   << "GPU-bb GPU-aa";
        QTest::newRow("one") << " 1 "
                             << "GPU-bb";
        QTest::newRow("by uuid") << "GPU-b"
                                 << "GPU-bb";
        QTest::newRow("cut at the first unknown") << "0,7,1"
                                                  << "GPU-aa";
        QTest::newRow("none") << ""
                              << "";
        QTest::newRow("minus one") << "-1"
                                   << "";
        QTest::newRow("twice") << "0,0"
                               << "";
        QTest::newRow("a prefix that says nothing") << "GPU-"
                                                    << "";
        QTest::newRow("a prefix of two") << "GPU-x,1"
                                         << "";
        QTest::newRow("a number with a tail") << "0x"
                                              << "";
    }
    void visibleGpusFollowCudasRules() {
        QFETCH(QString, variable);
        QFETCH(QString, uuids);
        QStringList found;
        const auto visible =
            visible_gpus({two_gpus[0], two_gpus[1], gpu(2, "GPU-x1"), gpu(3, "GPU-x2")}, variable.toStdString());
        for (size_t i = 0; i < visible.size(); ++i) {
            QCOMPARE(visible[i].id, "cuda:" + std::to_string(i));
            found << QString::fromStdString(visible[i].uuid);
        }
        QCOMPARE(found.join(" "), uuids);
    }

    void theCpuIsAlwaysListedLast() {
        const auto devices = list_devices();
        QCOMPARE(devices.back().id, std::string("cpu"));
        QVERIFY(devices.back().cores >= 1);
        QVERIFY(!devices.back().name.empty());
        QVERIFY(devices.back().memory_free > 0);
        QVERIFY(devices.back().memory_free <= devices.back().memory_total);
    }

    void memoryStaysWithinTheControlGroups_data() {
        QTest::addColumn<QString>("group");
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("limit");
        QTest::addColumn<QString>("used");
        QTest::addColumn<QString>("cache");
        QTest::newRow("version 2") << "0::/user/run"
                                   << "sys/fs/cgroup/user/run"
                                   << "memory.max"
                                   << "memory.current"
                                   << "inactive_file";
        QTest::newRow("version 2, parent") << "0::/user/run"
                                           << "sys/fs/cgroup/user"
                                           << "memory.max"
                                           << "memory.current"
                                           << "inactive_file";
        QTest::newRow("version 1") << "4:memory:/run"
                                   << "sys/fs/cgroup/memory/run"
                                   << "memory.limit_in_bytes"
                                   << "memory.usage_in_bytes"
                                   << "total_inactive_file";
        QTest::newRow("version 1, container") << "4:memory:/outside"
                                              << "sys/fs/cgroup/memory"
                                              << "memory.limit_in_bytes"
                                              << "memory.usage_in_bytes"
                                              << "total_inactive_file";
    }
    void memoryStaysWithinTheControlGroups() {
        QFETCH(QString, group);
        QFETCH(QString, folder);
        QFETCH(QString, limit);
        QFETCH(QString, used);
        QFETCH(QString, cache);
        const QTemporaryDir root;
        const std::string at = folder.toStdString() + "/";
        write(root, "proc/cpuinfo", "processor\t: 0\nmodel name\t: Fast CPU\n");
        write(root, "proc/meminfo", "MemTotal:       16000 kB\nMemFree: 1 kB\nMemAvailable:    9000 kB\n");
        write(root, "proc/self/cgroup", "8:pids:/\n" + group.toStdString() + "\n");
        write(root, at + limit.toStdString(), "4096000\n");
        write(root, at + used.toStdString(), "3000000\n");
        write(root, at + "memory.stat", "anon 1\n" + cache.toStdString() + " 1000000\n");
        const Device cpu = cpu_device(root.path().toStdString());
        QCOMPARE(cpu.name, std::string("Fast CPU"));
        QCOMPARE(cpu.memory_total, int64_t{4096000});
        QCOMPARE(cpu.memory_free, int64_t{2096000});
    }

    void withoutLimitsTheMachineSpeaks() {
        const QTemporaryDir root;
        write(root, "proc/meminfo", "MemTotal:       16000 kB\nMemAvailable:    9000 kB\n");
        write(root, "proc/self/cgroup", "0::/run\n");
        write(root, "sys/fs/cgroup/run/memory.max", "max\n");
        const Device cpu = cpu_device(root.path().toStdString());
        QCOMPARE(cpu.name, std::string("CPU"));
        QCOMPARE(cpu.memory_total, int64_t{16000 * 1024});
        QCOMPARE(cpu.memory_free, int64_t{9000 * 1024});
    }

    void aQuotaLowersTheCores() {
        const QTemporaryDir root;
        write(root, "proc/self/cgroup", "0::/run\n");
        write(root, "sys/fs/cgroup/run/cpu.max", "50000 100000\n");
        QCOMPARE(cpu_device(root.path().toStdString()).cores, 1);
    }

    void devicesAreParsed_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("gpus");
        QTest::addColumn<QString>("ids");
        QTest::newRow("cpu twice") << "cpu,cpu" << false << "cpu cpu";
        QTest::newRow("two GPUs") << "cuda:1, cuda:0" << true << "cuda:1 cuda:0";
        QTest::newRow("mixed") << "cuda:0,cpu" << true << "cuda:0 cpu";
        QTest::newRow("all") << "all" << true << "cuda:0 cuda:1";
        QTest::newRow("all without a GPU") << "all" << false << "cpu";
    }
    void devicesAreParsed() {
        QFETCH(QString, text);
        QFETCH(bool, gpus);
        QFETCH(QString, ids);
        QStringList found;
        for (const auto& id : parse_devices(text.toStdString(), gpus ? two_gpus : no_gpu))
            found << QString::fromStdString(id);
        QCOMPARE(found.join(" "), ids);
    }

    void anUnknownDeviceIsNamedWithThoseThatExist_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("unknown");
        QTest::newRow("number") << "cuda:0,cuda:2"
                                << "cuda:2";
        QTest::newRow("kind") << "tpu"
                              << "tpu";
        QTest::newRow("empty") << ""
                               << "";
        QTest::newRow("empty entry") << "cpu,,cpu"
                                     << "";
        QTest::newRow("all among others") << "cpu,all"
                                          << "all";
    }
    void anUnknownDeviceIsNamedWithThoseThatExist() {
        QFETCH(QString, text);
        QFETCH(QString, unknown);
        const auto message = error_of(text.toStdString(), two_gpus);
        QVERIFY2(message.find("\"" + unknown.toStdString() + "\"") != std::string::npos, message.c_str());
        QVERIFY2(message.find("cuda:0, cuda:1 and cpu") != std::string::npos, message.c_str());
    }

    void aGpuCannotBeNamedTwice() {
        const auto message = error_of("cuda:0,cpu,cuda:0", two_gpus);
        QVERIFY2(message.find("cuda:0 is named twice") != std::string::npos, message.c_str());
    }
};

FANLIGHT_TEST(DeviceListTest)
#include "tst_device_list.moc"
