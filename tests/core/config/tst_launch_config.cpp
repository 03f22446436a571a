#include "core/config/launch_config.h"

#include <QtTest>

#include "core/base/error.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

LaunchConfig read(const std::string& name) {
    return read_launch_config(source_path("/tests/golden/data/config/") + name);
}

std::string error_of(const std::string& text) {
    try {
        parse_launch_config(text, "file.yaml");
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

std::string refusal(const LaunchConfig& config) {
    try {
        check_launch_config(config);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

class LaunchConfigTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void basicFilesAreRead() {
        QVERIFY((read("basic.yaml") == LaunchConfig{.num_processes = 1, .use_cpu = true}));
        QVERIFY(
            (read("basic_bf16.json") == LaunchConfig{.num_processes = 1, .mixed_precision = "bf16", .use_cpu = true}));
    }

    void severalGpusAreRead() {
        const LaunchConfig expected{
            .num_processes = 4,
            .gpu_ids = "0,1,2,3",
            .mixed_precision = "fp16",
            .notes = {"enable_cpu_affinity has no effect here: processes are not bound to cores"}};
        QVERIFY(read("multi_gpu.yaml") == expected);
        QCOMPARE(gpu_numbers(expected), (std::vector<int>{0, 1, 2, 3}));
        QCOMPARE(dtype_of(expected), std::string("float16"));
    }

    void severalMachinesAreRead() {
        const LaunchConfig config = read("multi_node.yaml");
        QCOMPARE(config.num_processes.value(), 16);
        QCOMPARE(config.num_machines, 2);
        QCOMPARE(config.machine_rank, 1);
        QCOMPARE(config.main_process_ip, std::string("192.168.1.10"));
        QCOMPARE(config.main_process_port.value(), 29501);
        QCOMPARE(config.notes.size(), size_t{2});  // debug, rdzv_backend
        QVERIFY(gpu_numbers(config).empty());
        QCOMPARE(dtype_of(config), std::string("bfloat16"));
        QCOMPARE(refusal(config), std::string());
    }

    void whatHasNoEffectIsNamed_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QStringList>("starts");
        QTest::newRow("one GPU") << "one_gpu.yaml" << QStringList{"dynamo_config has no effect"};
        QTest::newRow("CPU") << "cpu.yaml" << QStringList{"mpirun_config has no effect"};
        QTest::newRow("CPU, JSON") << "cpu.json" << QStringList{"mpirun_config has no effect"};
        QTest::newRow("FSDP") << "fsdp.yaml"
                              << QStringList{"distributed_type FSDP has no effect", "fsdp_config has no effect"};
    }
    void whatHasNoEffectIsNamed() {
        QFETCH(QString, file);
        QFETCH(QStringList, starts);
        const auto notes = read(file.toStdString()).notes;
        QCOMPARE(static_cast<qsizetype>(notes.size()), starts.size());
        for (qsizetype i = 0; i < starts.size(); ++i)
            QVERIFY2(notes[i].starts_with(starts[i].toStdString()), notes[i].c_str());
    }

    void handWrittenFilesAreRead() {
        const LaunchConfig config = parse_launch_config(
            "# two cards\nnum_processes: 2\ngpu_ids: 0, 2\nmixed_precision: no\nmain_process_port:\nuse_cpu: no\n",
            "file.yaml");
        QCOMPARE(config.num_processes.value(), 2);
        QCOMPARE(gpu_numbers(config), (std::vector<int>{0, 2}));
        QCOMPARE(config.mixed_precision, std::string("no"));
        QVERIFY(!config.main_process_port);
        QCOMPARE(parse_launch_config("fp16: true", "f").mixed_precision, std::string("fp16"));
        QVERIFY(!parse_launch_config("num_processes: -1", "f").num_processes);
        QCOMPARE(parse_launch_config("{\n\t\"num_processes\": 3\n}", "f.json").num_processes.value(), 3);
    }

    void whatIsWrittenIsReadAgain_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"basic.yaml", "multi_gpu.yaml", "multi_node.yaml", "one_gpu.yaml", "cpu.yaml"})
            QTest::newRow(file) << file;
    }
    void whatIsWrittenIsReadAgain() {
        QFETCH(QString, file);
        LaunchConfig config = read(file.toStdString());
        config.notes.clear();
        QVERIFY(parse_launch_config(to_yaml(config), "file.yaml") == config);
    }

    void theFileIsAccelerates() {
        const LaunchConfig config{.num_processes = 2, .gpu_ids = "0", .use_cpu = true};
        QCOMPARE(to_yaml(config),
                 std::string(
                     "compute_environment: LOCAL_MACHINE\ndistributed_type: MULTI_CPU\ngpu_ids: \"0\"\n"
                     "machine_rank: 0\nmixed_precision: \"no\"\nnum_machines: 1\nnum_processes: 2\nuse_cpu: true\n"));
    }

    void theDefaultFileLiesWhereAccelerateHasIt() {
        qputenv("HF_HOME", "/somewhere/hf");
        QCOMPARE(default_launch_config_file().string(), std::string("/somewhere/hf/accelerate/default_config.yaml"));
        qunsetenv("HF_HOME");
        qputenv("XDG_CACHE_HOME", "/cache");
        QCOMPARE(default_launch_config_file().string(),
                 std::string("/cache/huggingface/accelerate/default_config.yaml"));
        qunsetenv("XDG_CACHE_HOME");
        qputenv("HOME", "/home/me");
        QCOMPARE(default_launch_config_file().string(),
                 std::string("/home/me/.cache/huggingface/accelerate/default_config.yaml"));
    }

    void errorsNameFileLineAndColumn_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("unknown key") << "num_machines: 1\nnum_proceses: 4"
                                     << "line 2, column 1: the key \"num_proceses\" is not known";
        QTest::newRow("no YAML") << "num_processes: 1\n  gpu_ids: 1"
                                 << "line 2, column 10: is not valid YAML";
        QTest::newRow("unclosed") << "{num_processes: 1"
                                  << "is not valid YAML";
        QTest::newRow("a list") << "- 1"
                                << "must hold one list of keys and values";
        QTest::newRow("nothing") << ""
                                 << "must hold one list of keys and values";
        QTest::newRow("two documents") << "debug: false\n---\ndebug: false"
                                       << "must hold one list";
        QTest::newRow("what the parser reads for ever") << ",num_processes: 2\n"
                                                        << "must hold one list";
        QTest::newRow("twice") << "debug: false\ndebug: true"
                               << "line 2, column 1: debug is given twice";
        QTest::newRow("key that is a list") << "[1]: 2"
                                            << "a key must be a single word";
        QTest::newRow("no number")
            << "num_processes: two"
            << "line 1, column 16: num_processes must be a whole number from -1 to 100000, not \"two\"";
        QTest::newRow("none") << "num_processes: 0"
                              << "num_processes must be at least 1";
        QTest::newRow("fraction") << "num_machines: 1.5"
                                  << "num_machines must be a whole number";
        QTest::newRow("no machine") << "num_machines: 0"
                                    << "num_machines must be a whole number from 1";
        QTest::newRow("rank below 0") << "machine_rank: -1"
                                      << "machine_rank must be a whole number from 0";
        QTest::newRow("huge port") << "main_process_port: 65536"
                                   << "from 0 to 65535";
        QTest::newRow("list for a number") << "num_processes: [1]"
                                           << "num_processes must be a single value";
        QTest::newRow("address") << "main_process_ip: \"a b\""
                                 << "main_process_ip must be an address";
        QTest::newRow("GPU twice") << "gpu_ids: 0,0"
                                   << "gpu_ids must be \"all\" or different numbers";
        QTest::newRow("GPU name") << "gpu_ids: first"
                                  << "not \"first\"";
        QTest::newRow("fp8") << "mixed_precision: fp8"
                             << "mixed_precision cannot be \"fp8\" here; it can be no, fp16 and bf16";
        QTest::newRow("boolean") << "use_cpu: perhaps"
                                 << "use_cpu must be true or false";
        QTest::newRow("cloud") << "compute_environment: AMAZON_SAGEMAKER"
                               << "it can be LOCAL_MACHINE";
        QTest::newRow("other hardware")
            << "distributed_type: XLA"
            << "distributed_type cannot be \"XLA\" here; it can be NO, MULTI_CPU and MULTI_GPU";
    }
    void errorsNameFileLineAndColumn() {
        QFETCH(QString, text);
        QFETCH(QString, message);
        const std::string error = error_of(text.toStdString());
        QVERIFY2(QString::fromStdString(error).contains(message), error.c_str());
        QVERIFY2(error.starts_with("file.yaml"), error.c_str());
    }

    void deepNestingIsRefused() { QVERIFY(!error_of("debug: " + std::string(100'000, '[')).empty()); }

    void theWholeIsChecked() {
        QCOMPARE(refusal({}), std::string());
        QVERIFY(refusal({.num_machines = 2, .machine_rank = 2}).find("the highest is 1") != std::string::npos);
        const LaunchConfig good{
            .num_processes = 4, .num_machines = 2, .machine_rank = 1, .main_process_ip = "10.0.0.1"};
        QCOMPARE(refusal(good), std::string());
        LaunchConfig config = good;
        config.main_process_ip.clear();
        QVERIFY(refusal(config).find("--main-process-ip") != std::string::npos);
        config = good;
        config.main_process_port = 0;
        QVERIFY(refusal(config).find("--main-process-port") != std::string::npos);
        config = good;
        config.num_processes.reset();
        QVERIFY(refusal(config).find("--num-processes") != std::string::npos);
        config = good;
        config.num_processes = 3;
        QVERIFY(refusal(config).find("3 processes do not divide by 2 machines") != std::string::npos);
    }
};

FANLIGHT_TEST(LaunchConfigTest)
#include "tst_launch_config.moc"
