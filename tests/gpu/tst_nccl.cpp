// Rings of stages on one to all of this machine's GPUs. The stages are threads of one process, which NCCL treats like
// processes.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>
#include <thread>
#include <torch/csrc/distributed/c10d/Backend.hpp>

#include "core/base/error.h"
#include "core/parallel/backends.h"
#include "core/parallel/stage_ring.h"
#include "core/weights/accelerator.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

at::Device gpu(int number) { return device_named("cuda:" + std::to_string(number)); }

Rendezvous::Options at_folder(const QTemporaryDir& folder, int rank, int size) {
    return {.rank = rank, .size = size, .store = "file://" + folder.path().toStdString(), .timeout_seconds = 60};
}

}  // namespace

class TstNccl : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY2(accelerator().count() > 0, "there is no GPU here"); }

    void aGroupOfOneIsMadeAndBrokenOff() {
        const QTemporaryDir folder;
        const Rendezvous rendezvous(at_folder(folder, 0, 1));
        Communicator group(rendezvous, "alone", 0, 1, gpu(0));
        QCOMPARE(group.size(), 1);
        group.flush();
        group.abort();
    }

    /// A stage that is alone sends nothing: on a machine with one GPU only this is NCCL's work.
    void ncclComputesInAGroupOfOne() {
        const QTemporaryDir folder;
        const Rendezvous rendezvous(at_folder(folder, 0, 1));
        const auto nccl = make_nccl({rendezvous.store_of("alone"), 0, 1, std::chrono::seconds(60), true});
        std::vector<at::Tensor> tensors = {at::full({64, 32}, 3, at::TensorOptions().device(gpu(0)))};
        nccl->allreduce(tensors)->wait();
        QCOMPARE(tensors.front().sum().item<double>(), 64.0 * 32 * 3);
        nccl->shutdown();
    }

    void parcelsGoRoundInOrder_data() {
        QTest::addColumn<int>("stages");
        for (int stages = 1; stages <= accelerator().count(); ++stages) QTest::addRow("%d GPU(s)", stages) << stages;
    }

    void parcelsGoRoundInOrder() {
        QFETCH(int, stages);
        constexpr int rounds = 4, parcels = 3;
        const QTemporaryDir folder;
        std::vector<std::string> errors(static_cast<size_t>(stages));
        std::vector<double> results(parcels, -1);
        const auto stage = [&](int rank) {
            const Rendezvous rendezvous(at_folder(folder, rank, stages));
            StageRing ring(rendezvous, "pipeline", rank, stages, gpu(rank));
            const auto options = at::TensorOptions().device(gpu(rank));
            if (ring.is_last())
                for (int m = 0; m < parcels; ++m)
                    ring.send({m, Parcel::Data{0, {{"sum", at::full({64, 32}, 100.0 * m, options)}}}});
            for (int i = 0; i < parcels * rounds; ++i) {
                const Parcel parcel = ring.receive();
                const auto& data = std::get<Parcel::Data>(parcel.content);
                if (parcel.micro_batch != i % parcels || data.evaluation != i / parcels) throw Error("out of order");
                if (data.tensors.get("sum").device() != gpu(rank)) throw Error("on another device");
                const at::Tensor sum = data.tensors.get("sum") + (rank + 1);
                const int64_t next = data.evaluation + (ring.is_last() ? 1 : 0);
                if (next < rounds)
                    ring.send({parcel.micro_batch, Parcel::Data{next, {{"sum", sum}}}});
                else
                    results[static_cast<size_t>(parcel.micro_batch)] = sum.max().item<double>();
            }
            ring.flush();
        };
        std::vector<std::thread> threads;
        for (int rank = 0; rank < stages; ++rank)
            threads.emplace_back([&, rank] {
                try {
                    stage(rank);
                } catch (const std::exception& error) {
                    errors[static_cast<size_t>(rank)] = error.what();
                }
            });
        for (std::thread& thread : threads) thread.join();
        for (const std::string& error : errors) QCOMPARE(QString::fromStdString(error), QString());
        for (int m = 0; m < parcels; ++m)
            QCOMPARE(results[static_cast<size_t>(m)], 100.0 * m + rounds * stages * (stages + 1) / 2);
    }
};

FANLIGHT_TEST(TstNccl)
#include "tst_nccl.moc"
