package io.github.phoenixkt.dataframe

import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.sessions.SessionsResource
import io.github.phoenixkt.sessions.StoredSession
import java.time.Instant
import kotlin.reflect.typeOf
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * Returns the sessions that Phoenix has as a frame. Since Phoenix 13.5.
 *
 * ```
 * client.sessions.getSessionsDataframe().sortByDesc("num_traces")
 * ```
 *
 * The columns are `session_id`, `id` and `project_id` (Phoenix's own ids), `start_time`,
 * `end_time`, `num_traces`, `token_count_prompt`, `token_count_completion` and `token_count_total`
 * (null before Phoenix 15.4). All of them are there even if there are no sessions. These are the
 * sessions that spans name in `session.id`; [sessionStats] also finds sessions in the metadata, and
 * has more statistics.
 *
 * The parameters are those of [SessionsResource.list].
 */
public suspend fun SessionsResource.getSessionsDataframe(
    project: String? = null,
    order: SortOrder = SortOrder.ASCENDING,
    filter: String? = null,
    limit: Int? = null,
): AnyFrame = sessionsFrame(allOrNothing { list(project, order, filter, limit).toList() })

private fun sessionsFrame(sessions: List<StoredSession>): AnyFrame =
    dataFrameOf(
        listOf(
            column("session_id", sessions.map { it.sessionId }, typeOf<String>()),
            column("id", sessions.map { it.id }, typeOf<String>()),
            column("project_id", sessions.map { it.projectId }, typeOf<String>()),
            column("start_time", sessions.map { it.startTime }, typeOf<Instant>()),
            column("end_time", sessions.map { it.endTime }, typeOf<Instant>()),
            column("num_traces", sessions.map { it.traces.size }, typeOf<Int>()),
            column("token_count_prompt", sessions.map { it.tokenCountPrompt }, COUNT),
            column("token_count_completion", sessions.map { it.tokenCountCompletion }, COUNT),
            column("token_count_total", sessions.map { it.tokenCountTotal }, COUNT),
        )
    )

private val COUNT = typeOf<Long?>()
