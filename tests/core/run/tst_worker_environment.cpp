#include <QTest>
#include <map>

#include "core/run/worker_process.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestWorkerEnvironment : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup() {
        qunsetenv("GOMP_SPINCOUNT");
        qunsetenv("OMP_WAIT_POLICY");
    }

    void variablesAreAdded() {
        const std::map<std::string, std::string> more = {{"FANLIGHT_A", "b"}};
        const QProcessEnvironment environment = environment_with(more);
        QCOMPARE(environment.value("FANLIGHT_A"), QString("b"));
        QCOMPARE(environment.value("PATH"), qEnvironmentVariable("PATH"));
    }

    void threadsWaitOnlyAMoment() {
        const std::map<std::string, std::string> none;
        cleanup();
        QCOMPARE(environment_with(none).value("GOMP_SPINCOUNT"), QString("5000"));
        qputenv("OMP_WAIT_POLICY", "active");
        QVERIFY(!environment_with(none).contains("GOMP_SPINCOUNT"));
        cleanup();
        qputenv("GOMP_SPINCOUNT", "7");
        QCOMPARE(environment_with(none).value("GOMP_SPINCOUNT"), QString("7"));
    }
};

FANLIGHT_TEST(TestWorkerEnvironment)
#include "tst_worker_environment.moc"
