#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <utility>

namespace fanlight::ui {

/// Runs `work` on a thread of the pool, then `done` with its result in the thread of `context`; never, when that is
/// gone by then. `work` must not throw.
template <typename Work, typename Done>
void inBackground(QObject* context, Work work, Done done) {
    QThreadPool::globalInstance()->start([context = QPointer(context), work = std::move(work), done = std::move(done)] {
        auto result = work();
        // The context may go at any moment; the application outlives the pool, and asks again in the context's thread.
        QMetaObject::invokeMethod(qApp, [context, done, result = std::move(result)]() mutable {
            if (context) done(std::move(result));
        });
    });
}

}  // namespace fanlight::ui
