// Real Gloo groups between threads of one process, which c10d treats like processes.

#include <ATen/ATen.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <latch>
#include <memory>
#include <thread>

#include "core/base/error.h"
#include "core/base/stopwatch.h"
#include "core/parallel/stage_ring.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Rendezvous::Options at_folder(const QTemporaryDir& folder, int rank, int size, double timeout_seconds = 20) {
    return {.rank = rank,
            .size = size,
            .store = "file://" + folder.path().toStdString(),
            .timeout_seconds = timeout_seconds};
}

Parcel parcel_of(int64_t micro_batch, int64_t evaluation, const at::Tensor& sum) {
    return {micro_batch, Parcel::Data{evaluation, {{"sum", sum}}}};
}

/// A port of 127.0.0.1 that nobody listens on.
int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(fd);
    return bound ? ntohs(address.sin_port) : 0;
}

/// Runs `stage(rank, ring)` in one thread per stage; returns the messages of those that threw.
template <typename Stage>
std::vector<std::string> run_stages(int stages, double timeout_seconds, const Stage& stage) {
    QTemporaryDir folder;
    std::vector<std::string> errors(stages);
    std::vector<std::thread> threads;
    for (int rank = 0; rank < stages; ++rank)
        threads.emplace_back([&, rank] {
            try {
                const Rendezvous rendezvous(at_folder(folder, rank, stages, timeout_seconds));
                StageRing ring(rendezvous, "pipeline", rank, stages, at::kCPU);
                stage(rank, ring);
                ring.flush();
            } catch (const std::exception& error) {
                errors[rank] = error.what();
            }
        });
    for (std::thread& thread : threads) thread.join();
    return errors;
}

}  // namespace

class TstStageRing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parcelsGoRoundInOrder_data() {
        QTest::addColumn<int>("stages");
        QTest::addColumn<int>("parcels");
        for (const int stages : {1, 2, 3, 4})
            for (const int parcels : {1, 2, 5})
                QTest::addRow("%d stages, %d in flight", stages, parcels) << stages << parcels;
    }

    void parcelsGoRoundInOrder() {
        QFETCH(int, stages);
        QFETCH(int, parcels);
        constexpr int rounds = 6;
        // Each stage adds its number plus one; the last sends a parcel round again until it has completed all rounds.
        std::vector<int64_t> results(parcels, -1);
        // Whoever leaves closes its connections, and a neighbour may still be reading.
        std::latch all_have_ended(stages);
        const auto wait_for_all = [&](void*) { all_have_ended.arrive_and_wait(); };
        const auto errors = run_stages(stages, 20, [&](int rank, StageRing& ring) {
            const std::unique_ptr<void, decltype(wait_for_all)> until_all_have_ended(&ring, wait_for_all);
            if (ring.is_last())
                for (int m = 0; m < parcels; ++m) ring.send(parcel_of(m, 0, at::full({3, 2}, 100 * m, at::kLong)));
            for (int i = 0; i < parcels * rounds; ++i) {
                const Parcel parcel = ring.receive();
                const auto& data = std::get<Parcel::Data>(parcel.content);
                if (parcel.micro_batch != i % parcels || data.evaluation != i / parcels) throw Error("out of order");
                const at::Tensor sum = data.tensors.get("sum") + (rank + 1);
                const int64_t next = data.evaluation + (ring.is_last() ? 1 : 0);
                if (next < rounds)
                    ring.send(parcel_of(parcel.micro_batch, next, sum));
                else
                    results[parcel.micro_batch] = sum.max().item<int64_t>();
            }
        });
        for (const std::string& error : errors) QCOMPARE(QString::fromStdString(error), QString());
        for (int m = 0; m < parcels; ++m) QCOMPARE(results[m], int64_t{100} * m + rounds * stages * (stages + 1) / 2);
    }

    void parcelsOfEveryKindGoRound() {
        std::vector<size_t> kinds;
        const auto errors = run_stages(2, 20, [&](int rank, StageRing& ring) {
            if (rank == 1) {
                ring.send({1, Failure{"memory", "Too little."}});
                ring.send({2, Parcel::Over{}});
                ring.send({3, Parcel::Result{1.5, {{"texts", {"a"}}}, {}}});
                ring.send({4, Parcel::Data{7, {}}});
            } else {
                for (int i = 0; i < 4; ++i) kinds.push_back(ring.receive().content.index());
            }
        });
        for (const std::string& error : errors) QCOMPARE(QString::fromStdString(error), QString());
        QCOMPARE(kinds, (std::vector<size_t>{2, 1, 3, 0}));
    }

    /// A process that has sent its last parcel leaves, however busy its neighbour is.
    void theLastParcelsArriveFromAStageThatHasLeft() {
        QTemporaryDir folder;
        std::latch has_left(1);
        std::thread leaver([&] {
            {
                StageRing ring(Rendezvous(at_folder(folder, 1, 2)), "pipeline", 1, 2, at::kCPU);
                for (int m = 0; m < 2; ++m) ring.send({m, Parcel::Over{}});
                ring.flush();
                ring.receive();  // the other one has had the first
            }
            has_left.count_down();
        });
        StageRing ring(Rendezvous(at_folder(folder, 0, 2)), "pipeline", 0, 2, at::kCPU);
        QCOMPARE(ring.receive().micro_batch, 0);
        ring.send({0, Parcel::Over{}});
        has_left.wait();
        leaver.join();
        QTest::qWait(200);  // until it is known here, too
        QCOMPARE(ring.receive().micro_batch, 1);
        QVERIFY_THROWS_EXCEPTION(PartnerLost, ring.receive());
    }

    void manyParcelsAreUnderWayAtOnce() {
        constexpr int parcels = 24;
        const auto errors = run_stages(2, 20, [&](int rank, StageRing& ring) {
            if (rank == 1)
                for (int i = 0; i < parcels; ++i) ring.send(parcel_of(i, 0, at::zeros({1 << 10})));
            for (int i = 0; i < parcels; ++i) {
                const Parcel parcel = ring.receive();
                if (rank == 0) ring.send(parcel);
            }
        });
        for (const std::string& error : errors) QCOMPARE(QString::fromStdString(error), QString());
    }

    void largeParcelsInBothDirectionsDoNotWaitForEachOther() {
        const auto errors = run_stages(2, 20, [&](int, StageRing& ring) {
            for (int i = 0; i < 4; ++i) ring.send(parcel_of(i, 0, at::zeros({1 << 20})));
            for (int i = 0; i < 4; ++i)
                if (ring.receive().micro_batch != i) throw Error("out of order");
        });
        for (const std::string& error : errors) QCOMPARE(QString::fromStdString(error), QString());
    }

    void parcelsOfAllLengthsFollowEachOther() {
        // Shorter and longer than the one before, and longer than any first message.
        const std::vector<int64_t> lengths = {1, 1 << 20, 3, 1000, 1500, 1023, 1 << 19, 0, 70'000, 70'001, 70'000};
        const auto errors = run_stages(2, 20, [&](int rank, StageRing& ring) {
            for (size_t i = 0; i < lengths.size(); ++i) {
                if (rank == 1) ring.send(parcel_of(static_cast<int64_t>(i), 0, at::arange(lengths[i])));
                if (rank == 1) continue;
                const Parcel parcel = ring.receive();
                const at::Tensor sum = std::get<Parcel::Data>(parcel.content).tensors.get("sum");
                if (!at::equal(sum, at::arange(lengths[i]))) throw Error("other numbers than were sent");
            }
        });
        for (const std::string& error : errors) QCOMPARE(QString::fromStdString(error), QString());
    }

    void aSilentNeighbourIsGivenUp() {
        const auto errors = run_stages(2, 2, [&](int rank, StageRing& ring) {
            if (rank == 0) ring.receive();  // stage 1 sends nothing, but lives longer than the timeout
            if (rank == 1) std::this_thread::sleep_for(std::chrono::seconds(4));
        });
        QVERIFY2(errors[0].find("gone or silent") != std::string::npos, errors[0].c_str());
    }

    void aWaitCanBeBrokenOff() {
        Stopwatch watch;
        const auto errors = run_stages(2, 60, [&](int rank, StageRing& ring) {
            if (rank == 1) return std::this_thread::sleep_for(std::chrono::seconds(2));
            std::thread other([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                ring.abort();
            });
            try {
                ring.receive();
            } catch (const Error&) {
                other.join();
                throw;
            }
            other.join();
        });
        QVERIFY2(errors[0].find("told to stop") != std::string::npos, errors[0].c_str());
        QVERIFY(watch.seconds() < 30);
    }

    void aPartnerThatNeverComesIsNamed() {
        QTemporaryDir folder;
        const Rendezvous rendezvous(at_folder(folder, 0, 2, 1));
        try {
            StageRing ring(rendezvous, "pipeline", 0, 2, at::kCPU);
            QFAIL("met a partner that is not there");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("have not met") != std::string::npos, error.what());
        }
    }

    void ticketsAreDealtOnce() {
        QTemporaryDir folder;
        constexpr int ranks = 4, tickets = 50;
        std::atomic<int> seen[tickets] = {};
        std::vector<std::thread> threads;
        for (int rank = 0; rank < ranks; ++rank)
            threads.emplace_back([&, rank] {
                Rendezvous rendezvous(at_folder(folder, rank, ranks));
                for (int64_t ticket; (ticket = rendezvous.add("ticket", 1) - 1) < tickets;) ++seen[ticket];
            });
        for (std::thread& thread : threads) thread.join();
        for (const auto& count : seen) QCOMPARE(count.load(), 1);
    }

    void aPlaceThatIsNoneIsRefused_data() {
        QTest::addColumn<QString>("store");
        for (const char* store :
             {"", "folder", "tcp://nowhere", "tcp://:1", "tcp-serve://127.0.0.1:0", "tcp://h:99999"})
            QTest::addRow("\"%s\"", store) << store;
    }

    void aPlaceThatIsNoneIsRefused() {
        QFETCH(QString, store);
        QVERIFY_THROWS_EXCEPTION(Error, Rendezvous({.store = store.toStdString(), .timeout_seconds = 1}));
    }

    void aServedStoreListensAtItsAddressAlone() {
        const int port = free_port();
        const std::string store = "tcp-serve://127.0.0.1:" + std::to_string(port);
        Rendezvous serving({.rank = 0, .size = 2, .store = store, .timeout_seconds = 5});
        Rendezvous joining({.rank = 1, .size = 2, .store = store, .timeout_seconds = 5});
        serving.set("word", "fanlight");
        QCOMPARE(joining.get("word"), std::string("fanlight"));
        QCOMPARE(joining.add("ticket", 2), int64_t{2});
        QCOMPARE(serving.add("ticket", 1), int64_t{3});
        QFile sockets("/proc/net/tcp");
        QVERIFY(sockets.open(QIODevice::ReadOnly));
        const QByteArray table = sockets.readAll();
        const QByteArray hex = QByteArray::number(port, 16).toUpper().rightJustified(4, '0');
        QVERIFY(table.contains("0100007F:" + hex));   // 127.0.0.1
        QVERIFY(!table.contains("00000000:" + hex));  // 0.0.0.0
    }
};

FANLIGHT_TEST(TstStageRing)
#include "tst_stage_ring.moc"
