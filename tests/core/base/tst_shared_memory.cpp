#include "core/base/shared_memory.h"

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;

class TestSharedMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aContainersIsTooSmall() {
        QCOMPARE(
            shared_memory_problem({.capacity = 64 << 20}).text(),
            std::string("/dev/shm has 67 MB, which may be too little for the exchange between GPUs (NCCL); start the "
                        "container with --shm-size=1g or --ipc=host"));
        QVERIFY(!shared_memory_problem({}).empty());  // there is none
    }

    void oneGigabyteSuffices() {
        QCOMPARE(shared_memory_problem({.capacity = 1 << 30}).text(), std::string());
        QCOMPARE(shared_memory_problem({.capacity = uintmax_t{24} << 30, .free = 1}).text(), std::string());
    }
};

FANLIGHT_TEST(TestSharedMemory, QCoreApplication)
#include "tst_shared_memory.moc"
