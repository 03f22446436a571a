#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <utility>

namespace fanlight::ui {

/// Runs `work` on a pool thread, then `done` with its result in the GUI thread, unless `context` has been destroyed by
/// then. `work` must not throw.
template <typename Work, typename Done>
void inBackground(QObject* context, Work work, Done done) {
    QThreadPool::globalInstance()->start([context = QPointer(context), work = std::move(work), done = std::move(done)] {
        auto result = work();
        // The context may be destroyed at any moment; the application outlives the pool, and checks again in the GUI
        // thread.
        QMetaObject::invokeMethod(qApp, [context, done, result = std::move(result)]() mutable {
            if (context) done(std::move(result));
        });
    });
}

}  // namespace fanlight::ui
